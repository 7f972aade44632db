import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../process/run";
import { PAUSE_IMAGE } from "../images/catalog";
import type { NodePaths } from "../support/paths";
import { startDaemon, waitFor } from "./daemon";
import { cniConfig } from "./network";

/** Socket of the node's containerd; the sandbox has a /run of its own. */
export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";

/** Folder of Debian's package containernetworking-plugins. */
export const CNI_PLUGINS = "/usr/lib/cni";

/** Seconds until containerd answers. */
const START_SECONDS = 30;

/** Configuration of containerd 1.6 or later, which is TOML. */
export function containerdConfig(paths: NodePaths): string {
    return `version = 2
root = "${join(paths.data, "containerd")}"
state = "/run/containerd"
[grpc]
address = "${CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "${PAUSE_IMAGE}"
# Without CAP_SYS_RESOURCE no score can be lowered, as in many virtual machines.
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "${CNI_PLUGINS}"
conf_dir = "${join(paths.config, "cni")}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = false
`;
}

/** Starts containerd and gives it the images. */
export async function startContainerd(paths: NodePaths): Promise<void> {
    const file = join(paths.config, "containerd.toml");
    await mkdir(join(paths.config, "cni"), { recursive: true });
    await writeFile(join(paths.config, "cni", "10-x0tta6bl4.conflist"), cniConfig());
    await writeFile(file, containerdConfig(paths));
    const daemon = startDaemon("containerd", "containerd", ["--config", file], join(paths.logs, "containerd.log"));
    const ctr = (...args: string[]) => run("ctr", ["--address", CONTAINERD_SOCKET, "--namespace", "k8s.io", ...args]);
    await waitFor("containerd", START_SECONDS, async () => (await ctr("version")).code === 0, daemon);
    for (const name of (await readdir(paths.images)).filter((each) => each.endsWith(".tar"))) {
        await ctr("images", "import", join(paths.images, name));
    }
}
