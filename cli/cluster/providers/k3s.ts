import { accessSync, constants, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { shellCommand, shellWord } from "../../../shell";
import { executablesOnPath } from "../../../tools/probe";
import type { ClusterRequest } from "../request";
import { CannotContinue, type Provider } from "./provider";

/** Context in the kubeconfig of k3s. */
const CONTEXT = "default";

/**
 * The k3s of this machine. Its installer runs as root and opens ports, so it is shown and never run.
 */
export const k3s: Provider = {
    needs: [],
    async ensure(args, { env, kubeconfigs, k3sKubeconfig }) {
        const copy = join(kubeconfigs, "k3s");
        const candidates = args.kubeconfig === undefined ? [copy, k3sKubeconfig] : [resolve(args.kubeconfig)];
        const readable = candidates.find(isReadable);
        if (readable !== undefined) {
            return { target: { context: CONTEXT, kubeconfig: readable }, outcome: "found" };
        }
        const problem = (detail: string, fix: string) =>
            new CannotContinue({ status: "fail", name: "k3s", detail, fix: `${fix}\nthen run this again` });
        if (args.kubeconfig !== undefined) {
            throw problem(`${args.kubeconfig} does not exist, or cannot be read`, "name the file of your k3s");
        }
        if (existsSync(k3sKubeconfig)) {
            throw problem(
                `${k3sKubeconfig} is readable by root only`,
                `copy it: mkdir -p ${shellWord(kubeconfigs)} && sudo install -m 600 -o "$(id -un)" ${shellCommand(k3sKubeconfig, copy)}`,
            );
        }
        const [installed] = await executablesOnPath("k3s", env.PATH);
        throw installed === undefined
            ? problem("it is not installed, and its installer needs root", installCommand(args))
            : problem("it is installed, but has not run yet", "start it: sudo systemctl start k3s");
    },
};

/** Command that installs k3s: the requested version, or the stable channel. */
export function installCommand({ kubernetes }: Pick<ClusterRequest, "kubernetes">): string {
    const version =
        kubernetes === undefined
            ? "INSTALL_K3S_CHANNEL=stable"
            : `INSTALL_K3S_VERSION=${shellWord(`v${kubernetes}+k3s1`)}`;
    return `install it: curl -sfL https://get.k3s.io | ${version} sh -`;
}

function isReadable(file: string): boolean {
    try {
        accessSync(file, constants.R_OK);
        return true;
    } catch {
        return false;
    }
}
