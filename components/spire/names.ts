/** Names of SPIRE's objects; other tools look them up, so they must never change. */
export const SERVER = "spire-server";

/** DaemonSet, ServiceAccount and ClusterRole of the agents. */
export const AGENT = "spire-agent";

/** The controller manager: container beside the server, its ClusterRole and its Lease. */
export const CONTROLLER_MANAGER = "spire-controller-manager";

/** DaemonSet of the CSI driver. */
export const CSI_DRIVER = "spiffe-csi-driver";

/** The registrar's container beside the CSI driver. */
export const CSI_REGISTRAR = "node-driver-registrar";

/** Name that pods use in `csi.driver`. */
export const CSI_DRIVER_NAME = "csi.spiffe.io";

/** ClusterStaticEntry of all agents of the cluster, the parent of static entries. */
export const NODE_ALIAS = "x0tta6bl4-nodes";

/** The OIDC discovery provider. */
export const OIDC_PROVIDER = "spire-oidc-provider";

/** Service of the bundle endpoint. */
export const BUNDLE_ENDPOINT = "spire-bundle-endpoint";

/** ConfigMap in the agents' namespace that the server publishes the trust bundle to. Not made by this program. */
export const BUNDLE_CONFIG_MAP = "spire-bundle";

/** Key of the trust bundle, PEM. */
export const BUNDLE_KEY = "bundle.crt";

/** Annotation of the server's StatefulSet with the trust domain: the check before an update reads it. */
export const TRUST_DOMAIN_ANNOTATION = "spire.x0tta6bl4.mesh/trust-domain";

/** Label of workloads with the SPIRE release: the check before an update reads it. */
export const VERSION_LABEL = "app.kubernetes.io/version";
