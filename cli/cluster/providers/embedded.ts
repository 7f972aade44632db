import { mkdir } from "node:fs/promises";
import { CLUSTER_TOOLS, startCluster } from "../../../local/controlPlane";
import { ensureTools } from "../../../tools";
import type { Provider } from "./provider";

/** The control plane of `npm run local`: a real API server, simulated nodes. */
export const embedded: Provider = {
    // It installs its own tools.
    needs: [],
    async ensure(_, { progress, paths }) {
        await mkdir(paths.root, { recursive: true });
        const tools = await progress.step("Tools", () => ensureTools(CLUSTER_TOOLS, progress, paths));
        const { context, kubeconfig, outcome } = await startCluster(tools, progress, paths);
        return { target: { context, kubeconfig }, outcome };
    },
};
