import type { Environment } from "../../settings/shared/environments";

/** Value of `app.kubernetes.io/name` and name of the container. */
export const APP = "x0tta6bl4";

/** Annotation of the Deployment: what generated the operator's key, see `secret.ts`. */
export const OPERATOR_KEY_ANNOTATION = "mesh.x0tta6bl4.mesh/operator-key";

/** Names of the mesh's objects. Other tools look them up, so they must never change. */
export interface MeshNames {
    /** Deployment, main Service, ServiceAccount, HPA and PDB. */
    readonly app: string;
    /** Service of the pods that blue/green has not switched to yet. */
    readonly previewService: string;
    /** Service that Prometheus scrapes. */
    readonly metricsService: string;
    /** Headless Service of the mesh port. */
    readonly headlessService: string;
    /** ConfigMap. */
    readonly configMap: string;
    /** Secret with the generated keys. */
    readonly secret: string;
    /** ClusterRole and ClusterRoleBinding. */
    readonly clusterRole: string;
}

/** The names in an environment: the namespace's objects carry the prefix, cluster-wide ones the environment. */
export function meshNames(environment: Environment): MeshNames {
    const app = `${environment.prefix}${APP}`;
    return {
        app,
        previewService: `${app}-preview`,
        metricsService: `${app}-metrics`,
        headlessService: `${app}-headless`,
        configMap: `${app}-config`,
        secret: `${app}-secrets`,
        clusterRole: `${APP}-${environment.name}`,
    };
}

/** Digits of a hash in a name: enough for the few versions that a stack has at a time. */
const HASH_DIGITS = 10;

/** Name of an object that is kept for the versions that use it. @param hash hash of what makes the version */
export function versioned(name: string, hash: string): string {
    return `${name}-${hash.slice(0, HASH_DIGITS)}`;
}
