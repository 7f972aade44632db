import type { StackRule } from "../../engine/stack-rule";
import { crossNamespaceReference } from "./cross-namespace-reference";
import { defaultDenyNetworkPolicy } from "./default-deny-network-policy";
import { hpaReplicasConflict } from "./hpa-replicas-conflict";
import { hpaSanityInStack } from "./hpa-sanity-in-stack";
import { networkPolicyCoverage } from "./network-policy-coverage";
import { pdbCoverage } from "./pdb-coverage";
import { resourceBudget } from "./resource-budget";
import { selectorMatchesTemplateInStack } from "./selector-matches-template-in-stack";
import { serviceSelector } from "./service-selector";
import { minReplicasInStack } from "./min-replicas-in-stack";
import { pdbSanityInStack } from "./pdb-sanity-in-stack";
import { readinessProbeInStack } from "./readiness-probe-in-stack";
import { serviceAccountAutomountInStack } from "./service-account-automount-in-stack";
import { topologySpreadInStack } from "./topology-spread-in-stack";

/** Every rule of the pack that judges all objects of a stack at once, in the order in which it reports. */
export const stackRules: readonly StackRule[] = [
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
    crossNamespaceReference,
    resourceBudget,
];
