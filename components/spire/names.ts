/** Names of the SPIRE server's objects; other tools refer to the names in this file, so they must never change. */
export const SERVER = "spire-server";

/** DaemonSet, ServiceAccount and ClusterRole of the agents. */
export const AGENT = "spire-agent";

/** SPIRE Controller Manager: its container in the server's pod, its ClusterRole and its Lease. */
export const CONTROLLER_MANAGER = "spire-controller-manager";

/** DaemonSet of the CSI driver. */
export const CSI_DRIVER = "spiffe-csi-driver";

/** The node driver registrar's container in the CSI driver's pod. */
export const CSI_REGISTRAR = "node-driver-registrar";

/** Name of the CSI driver, which pods use in `csi.driver`. */
export const CSI_DRIVER_NAME = "csi.spiffe.io";

/** ClusterStaticEntry that is a node alias for all agents of the cluster, and the parent of static entries. */
export const NODE_ALIAS = "x0tta6bl4-nodes";

/** The OIDC discovery provider. */
export const OIDC_PROVIDER = "spire-oidc-provider";

/** Service of the bundle endpoint. */
export const BUNDLE_ENDPOINT = "spire-bundle-endpoint";

/**
 * ConfigMap in the agents' namespace to which the server publishes the trust bundle. Created by the server, not by this
 * program.
 */
export const BUNDLE_CONFIG_MAP = "spire-bundle";

/** Key of the trust bundle (PEM) in the ConfigMap. */
export const BUNDLE_KEY = "bundle.crt";

/** Annotation of the server's StatefulSet with the trust domain; read by the preflight check. */
export const TRUST_DOMAIN_ANNOTATION = "spire.x0tta6bl4.mesh/trust-domain";

/** Label of workloads with the SPIRE release; read by the preflight check. */
export const VERSION_LABEL = "app.kubernetes.io/version";
