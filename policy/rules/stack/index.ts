import type { StackRule } from "../../evaluation/stackRule";
import { costBudget } from "./costBudget";
import { crossNamespaceReference } from "./crossNamespaceReference";
import { defaultDenyNetworkPolicy } from "./defaultDenyNetworkPolicy";
import { hpaReplicasConflict } from "./hpaReplicasConflict";
import { hpaSanityInStack } from "./hpaSanityInStack";
import { networkPolicyCoverage } from "./networkPolicyCoverage";
import { pdbCoverage } from "./pdbCoverage";
import { resourceBudget } from "./resourceBudget";
import { selectorMatchesTemplateInStack } from "./selectorMatchesTemplateInStack";
import { serviceSelector } from "./serviceSelector";
import { minReplicasInStack } from "./minReplicasInStack";
import { pdbSanityInStack } from "./pdbSanityInStack";
import { readinessProbeInStack } from "./readinessProbeInStack";
import { serviceAccountAutomountInStack } from "./serviceAccountAutomountInStack";
import { missingReference } from "./missingReference";
import { namespaceQuota } from "./namespaceQuota";
import { routeBackend } from "./routeBackend";
import { danglingSelector } from "./danglingSelector";
import { topologySpreadInStack } from "./topologySpreadInStack";

/** Every stack rule of the pack, in reporting order. */
export const STACK_RULES: readonly StackRule[] = [
    defaultDenyNetworkPolicy,
    networkPolicyCoverage,
    readinessProbeInStack,
    serviceAccountAutomountInStack,
    pdbCoverage,
    pdbSanityInStack,
    minReplicasInStack,
    topologySpreadInStack,
    hpaSanityInStack,
    hpaReplicasConflict,
    selectorMatchesTemplateInStack,
    serviceSelector,
    danglingSelector,
    routeBackend,
    crossNamespaceReference,
    missingReference,
    resourceBudget,
    costBudget,
    namespaceQuota,
];
