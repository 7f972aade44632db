import type { Rule } from "../evaluation/rule";
import { helmReleaseRender } from "./helm/helmReleaseRender";
import { imageDigest } from "./images/imageDigest";
import { imagePullPolicy } from "./images/imagePullPolicy";
import { imageRegistry } from "./images/imageRegistry";
import { imageTag } from "./images/imageTag";
import { ingressHost } from "./network/ingressHost";
import { ingressTls } from "./network/ingressTls";
import { serviceExternalIps } from "./network/serviceExternalIps";
import { serviceType } from "./network/serviceType";
import { defaultNamespace } from "./pods/defaultNamespace";
import { defaultServiceAccount } from "./pods/defaultServiceAccount";
import { nakedPod } from "./pods/nakedPod";
import { podTemplateInCustomResource } from "./pods/podTemplateInCustomResource";
import { readOnlyRootFilesystem } from "./pods/readOnlyRootFilesystem";
import { serviceAccountAutomount } from "./pods/serviceAccountAutomount";
import { livenessProbe } from "./probes/livenessProbe";
import { probesIdentical } from "./probes/probesIdentical";
import { readinessProbe } from "./probes/readinessProbe";
import { apparmorProfile } from "./pss/apparmorProfile";
import { capabilitiesBaseline } from "./pss/capabilitiesBaseline";
import { capabilitiesRestricted } from "./pss/capabilitiesRestricted";
import { criSocketMount } from "./pss/criSocketMount";
import { hostNamespaces } from "./pss/hostNamespaces";
import { hostPath } from "./pss/hostPath";
import { hostPorts } from "./pss/hostPorts";
import { hostProbes } from "./pss/hostProbes";
import { namespacePssLabel } from "./pss/namespacePssLabel";
import { privilegeEscalation } from "./pss/privilegeEscalation";
import { privileged } from "./pss/privileged";
import { procMountRestricted } from "./pss/procMountRestricted";
import { procMount } from "./pss/procMount";
import { runAsNonRoot } from "./pss/runAsNonRoot";
import { runAsUserNonzero } from "./pss/runAsUserNonzero";
import { seccompBaseline } from "./pss/seccompBaseline";
import { seccompRestricted } from "./pss/seccompRestricted";
import { selinuxOptions } from "./pss/selinuxOptions";
import { sysctls } from "./pss/sysctls";
import { volumeTypes } from "./pss/volumeTypes";
import { windowsHostProcess } from "./pss/windowsHostProcess";
import { rbacClusterAdmin } from "./rbac/rbacClusterAdmin";
import { rbacEscalation } from "./rbac/rbacEscalation";
import { rbacWildcard } from "./rbac/rbacWildcard";
import { cronjobDeadline } from "./reliability/cronjobDeadline";
import { deprecatedApi } from "./reliability/deprecatedApi";
import { minReplicas } from "./reliability/minReplicas";
import { hpaSanity } from "./reliability/hpaSanity";
import { pdbSanity } from "./reliability/pdbSanity";
import { priorityClass } from "./reliability/priorityClass";
import { requiredLabels } from "./reliability/requiredLabels";
import { selectorMatchesTemplate } from "./reliability/selectorMatchesTemplate";
import { topologySpread } from "./reliability/topologySpread";
import { ttl } from "./reliability/ttl";
import { unknownField } from "./reliability/unknownField";
import { emptydirSizeLimit } from "./resources/emptydirSizeLimit";
import { ephemeralStorage } from "./resources/ephemeralStorage";
import { resourceLimits } from "./resources/resourceLimits";
import { resourceRequests } from "./resources/resourceRequests";
import { plaintextSecret } from "./secrets/plaintextSecret";
import { gatewayTls } from "./network/gatewayTls";
import { ingressSnippets } from "./network/ingressSnippets";
import { probePort } from "./probes/probePort";
import { duplicateEnv } from "./reliability/duplicateEnv";
import { workloadKind } from "./reliability/workloadKind";
import { secretInEnv } from "./secrets/secretInEnv";

/** Every object rule of the pack, in reporting order. */
export const RULES: readonly Rule[] = [
    runAsNonRoot,
    runAsUserNonzero,
    resourceRequests,
    resourceLimits,
    livenessProbe,
    readinessProbe,
    privileged,
    privilegeEscalation,
    capabilitiesBaseline,
    capabilitiesRestricted,
    seccompBaseline,
    seccompRestricted,
    hostNamespaces,
    hostPath,
    hostPorts,
    volumeTypes,
    imageTag,
    helmReleaseRender,
    podTemplateInCustomResource,
    serviceAccountAutomount,
    rbacWildcard,
    rbacClusterAdmin,
    rbacEscalation,
    namespacePssLabel,
    plaintextSecret,
    secretInEnv,
    pdbSanity,
    serviceType,
    serviceExternalIps,
    hpaSanity,
    topologySpread,
    minReplicas,
    readOnlyRootFilesystem,
    apparmorProfile,
    selinuxOptions,
    procMount,
    procMountRestricted,
    sysctls,
    windowsHostProcess,
    hostProbes,
    criSocketMount,
    nakedPod,
    defaultNamespace,
    imageRegistry,
    imageDigest,
    imagePullPolicy,
    probesIdentical,
    probePort,
    duplicateEnv,
    defaultServiceAccount,
    requiredLabels,
    selectorMatchesTemplate,
    deprecatedApi,
    workloadKind,
    unknownField,
    ingressTls,
    ingressHost,
    ingressSnippets,
    gatewayTls,
    cronjobDeadline,
    ttl,
    ephemeralStorage,
    priorityClass,
    emptydirSizeLimit,
];
