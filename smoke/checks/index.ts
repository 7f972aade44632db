import type { Check } from "../check";
import { ACCESS_CHECKS } from "./access";
import { AVAILABILITY_CHECKS } from "./availability";
import { CONFIGURATION_CHECKS } from "./configuration";
import { CONTAINER_CHECKS } from "./container";
import { DEPLOYMENT_CHECKS } from "./deployment";
import { ENVIRONMENT_CHECKS } from "./environment";
import { HTTP_CHECKS } from "./http";
import { MONITORING_CHECKS } from "./monitoring";
import { MONITOR_CHECKS } from "./monitors";
import { NAMESPACE_CHECKS } from "./namespace";
import { NETWORK_POLICY_CHECKS } from "./networkPolicies";
import { POD_CHECKS } from "./pods";
import { PORT_CHECKS } from "./ports";
import { SCHEDULING_CHECKS } from "./scheduling";
import { SECURITY_CHECKS } from "./security";
import { SERVICE_CHECKS } from "./services";
import { SPIRE_CHECKS } from "./spire";
import { VOLUME_CHECKS } from "./volumes";

/** Every check, in the order of the report. */
export const CHECKS: readonly Check[] = [
    ...NAMESPACE_CHECKS,
    ...DEPLOYMENT_CHECKS,
    ...POD_CHECKS,
    ...SERVICE_CHECKS,
    ...CONFIGURATION_CHECKS,
    ...ACCESS_CHECKS,
    ...SECURITY_CHECKS,
    ...VOLUME_CHECKS,
    ...ENVIRONMENT_CHECKS,
    ...CONTAINER_CHECKS,
    ...SCHEDULING_CHECKS,
    ...AVAILABILITY_CHECKS,
    ...NETWORK_POLICY_CHECKS,
    ...SPIRE_CHECKS,
    ...MONITORING_CHECKS,
    ...MONITOR_CHECKS,
    ...HTTP_CHECKS,
    ...PORT_CHECKS,
];
