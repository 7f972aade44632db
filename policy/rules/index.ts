import type { Rule } from "../engine/rule";
import { livenessProbe } from "./liveness-probe";
import { readinessProbe } from "./readiness-probe";
import { resourceLimits } from "./resource-limits";
import { resourceRequests } from "./resource-requests";
import { runAsNonRoot } from "./run-as-non-root";

/** Every rule of the pack, in the order in which it reports. */
export const rules: readonly Rule[] = [runAsNonRoot, resourceRequests, resourceLimits, livenessProbe, readinessProbe];
