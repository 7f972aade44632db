import { createProgress } from "../../terminal/progress";
import { messageOf } from "../../errors";
import { sharedNode } from "./machine/node";
import { nodePaths } from "./support/paths";

/** Brings a node up and keeps it; the sandbox ends with this process. */
async function main(): Promise<void> {
    const progress = createProgress();
    const server = await sharedNode(nodePaths(), progress);
    console.log(`The node is up: ${server}\n  npm run test:node -- exec kubectl get pods --all-namespaces`);
}

main().catch((error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
    process.exit();
});
