import type { Rule } from "../engine/rule";
import { helmReleaseRender } from "./helm/helm-release-render";
import { imageDigest } from "./images/image-digest";
import { imagePullPolicy } from "./images/image-pull-policy";
import { imageRegistry } from "./images/image-registry";
import { imageTag } from "./images/image-tag";
import { ingressHost } from "./network/ingress-host";
import { ingressTls } from "./network/ingress-tls";
import { serviceExternalIps } from "./network/service-external-ips";
import { serviceType } from "./network/service-type";
import { defaultNamespace } from "./pods/default-namespace";
import { defaultServiceAccount } from "./pods/default-service-account";
import { nakedPod } from "./pods/naked-pod";
import { podTemplateInCustomResource } from "./pods/pod-template-in-custom-resource";
import { readOnlyRootFilesystem } from "./pods/read-only-root-filesystem";
import { serviceAccountAutomount } from "./pods/service-account-automount";
import { livenessProbe } from "./probes/liveness-probe";
import { probesIdentical } from "./probes/probes-identical";
import { readinessProbe } from "./probes/readiness-probe";
import { apparmorProfile } from "./pss/apparmor-profile";
import { capabilitiesBaseline } from "./pss/capabilities-baseline";
import { capabilitiesRestricted } from "./pss/capabilities-restricted";
import { criSocketMount } from "./pss/cri-socket-mount";
import { hostNamespaces } from "./pss/host-namespaces";
import { hostPath } from "./pss/host-path";
import { hostPorts } from "./pss/host-ports";
import { hostProbes } from "./pss/host-probes";
import { namespacePssLabel } from "./pss/namespace-pss-label";
import { privilegeEscalation } from "./pss/privilege-escalation";
import { privileged } from "./pss/privileged";
import { procMountRestricted } from "./pss/proc-mount-restricted";
import { procMount } from "./pss/proc-mount";
import { runAsNonRoot } from "./pss/run-as-non-root";
import { runAsUserNonzero } from "./pss/run-as-user-nonzero";
import { seccompBaseline } from "./pss/seccomp-baseline";
import { seccompRestricted } from "./pss/seccomp-restricted";
import { selinuxOptions } from "./pss/selinux-options";
import { sysctls } from "./pss/sysctls";
import { volumeTypes } from "./pss/volume-types";
import { windowsHostProcess } from "./pss/windows-host-process";
import { rbacClusterAdmin } from "./rbac/rbac-cluster-admin";
import { rbacEscalation } from "./rbac/rbac-escalation";
import { rbacWildcard } from "./rbac/rbac-wildcard";
import { cronjobDeadline } from "./reliability/cronjob-deadline";
import { deprecatedApi } from "./reliability/deprecated-api";
import { minReplicas } from "./reliability/min-replicas";
import { hpaSanity } from "./reliability/hpa-sanity";
import { pdbSanity } from "./reliability/pdb-sanity";
import { priorityClass } from "./reliability/priority-class";
import { requiredLabels } from "./reliability/required-labels";
import { selectorMatchesTemplate } from "./reliability/selector-matches-template";
import { topologySpread } from "./reliability/topology-spread";
import { ttl } from "./reliability/ttl";
import { emptydirSizeLimit } from "./resources/emptydir-size-limit";
import { ephemeralStorage } from "./resources/ephemeral-storage";
import { resourceLimits } from "./resources/resource-limits";
import { resourceRequests } from "./resources/resource-requests";
import { plaintextSecret } from "./secrets/plaintext-secret";
import { secretInEnv } from "./secrets/secret-in-env";

/** Every rule of the pack that judges one object at a time, in the order in which it reports. */
export const rules: readonly Rule[] = [
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
    defaultServiceAccount,
    requiredLabels,
    selectorMatchesTemplate,
    deprecatedApi,
    ingressTls,
    ingressHost,
    cronjobDeadline,
    ttl,
    ephemeralStorage,
    priorityClass,
    emptydirSizeLimit,
];
