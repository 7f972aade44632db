import { createHash } from "node:crypto";
import { join } from "node:path";
import type { LocalPaths } from "../../process/paths";

/** Files and name of a checkout's cluster. */
export interface ClusterIdentity {
    /** Name, the same at each run of a checkout and another one in every checkout: `x0tta6bl4-<hash of its path>`. */
    readonly name: string;
    /** A number that differs between clusters, also of one checkout; where the search for free ports begins. */
    readonly seed: number;
    /** Context in the kubeconfig, `kwok-<name>`; kwokctl makes it so. */
    readonly context: string;
    /** Folder that kwokctl keeps the cluster in. */
    readonly folder: string;
    /**
     * Executables of the components; links to the tools. A process whose executable is here belongs to this cluster.
     */
    readonly bin: string;
    /** Certificates: `ca.crt`, `admin.crt` and `admin.key`. */
    readonly pki: string;
    /** Output of the components, `<component>.log`. */
    readonly logs: string;
    /** kwokctl's record of the cluster; it holds the ports. */
    readonly record: string;
    /**
     * Marks a complete cluster. Without it the folder is from an interrupted run, or from a cluster of an earlier
     * version, whose etcd accepts every client.
     */
    readonly marker: string;
}

/** Eight hexadecimal digits that differ between paths. */
function hashOf(path: string): string {
    return createHash("sha256").update(path).digest("hex").slice(0, 8);
}

/** Names the cluster of a checkout. */
export function clusterIdentity(paths: LocalPaths): ClusterIdentity {
    const hash = hashOf(paths.checkout);
    const name = `x0tta6bl4-${hash}`;
    const folder = join(paths.kwok, "clusters", name);
    return {
        name,
        seed: parseInt(hashOf(paths.kwok), 16),
        context: `kwok-${name}`,
        folder,
        bin: join(folder, "bin"),
        pki: join(folder, "pki"),
        logs: join(folder, "logs"),
        record: join(folder, "kwok.yaml"),
        marker: join(folder, "complete-tls"),
    };
}
