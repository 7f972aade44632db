import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../process/run";
import type { NodePaths } from "../support/paths";
import { NODE_NAME } from "./kubelet";
import { NODE_ADDRESS } from "./network";

/**
 * Gives the sandbox its own /run and /var: what a kubelet, containerd and pods write there goes to the node's folder. The
 * kubelet's folder is a plain one, since an overlay cannot hold another.
 */
export async function setUpMounts(paths: NodePaths): Promise<void> {
    const [upper, work, kubelet] = ["var", "var.work", "kubelet"].map((name) => join(paths.data, name));
    if (upper === undefined || work === undefined || kubelet === undefined) {
        throw new Error("no folders");
    }
    for (const folder of [upper, work, kubelet, paths.config]) {
        await mkdir(folder, { recursive: true });
    }
    await run("mount", ["-t", "tmpfs", "tmpfs", "/run"]);
    await run("mount", ["-t", "overlay", "overlay", "-o", `lowerdir=/var,upperdir=${upper},workdir=${work}`, "/var"]);
    await mkdir("/var/lib/kubelet", { recursive: true });
    await run("mount", ["--bind", kubelet, "/var/lib/kubelet"]);
    // The API server calls a kubelet by its node's name.
    const hosts = join(paths.config, "hosts");
    await writeFile(hosts, `127.0.0.1 localhost\n${NODE_ADDRESS} ${NODE_NAME}\n`);
    await run("mount", ["--bind", hosts, "/etc/hosts"]);
    // Mounts of the CSI driver have to reach the pods, and those of the node its exporter.
    await run("mount", ["--make-rshared", "/"]);
}
