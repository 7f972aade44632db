import type { Check } from "../check";
import { accessChecks } from "./access";
import { availabilityChecks } from "./availability";
import { configurationChecks } from "./configuration";
import { containerChecks } from "./container";
import { deploymentChecks } from "./deployment";
import { environmentChecks } from "./environment";
import { httpChecks } from "./http";
import { monitoringChecks } from "./monitoring";
import { monitorChecks } from "./monitors";
import { namespaceChecks } from "./namespace";
import { networkPolicyChecks } from "./networkPolicies";
import { podChecks } from "./pods";
import { schedulingChecks } from "./scheduling";
import { securityChecks } from "./security";
import { serviceChecks } from "./services";
import { spireChecks } from "./spire";
import { volumeChecks } from "./volumes";

/** Every check, in the order of the report. */
export const CHECKS: readonly Check[] = [
    ...namespaceChecks,
    ...deploymentChecks,
    ...podChecks,
    ...serviceChecks,
    ...configurationChecks,
    ...accessChecks,
    ...securityChecks,
    ...volumeChecks,
    ...environmentChecks,
    ...containerChecks,
    ...schedulingChecks,
    ...availabilityChecks,
    ...networkPolicyChecks,
    ...spireChecks,
    ...monitoringChecks,
    ...monitorChecks,
    ...httpChecks,
];
