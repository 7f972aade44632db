import { spawnSync } from "node:child_process";
import { findOutputs, realSurroundings } from "../test/smoke/findOutputs";
import { parseArguments, UsageError } from "./spire/arguments";
import { factsOf } from "./spire/facts";
import { answer, type Kubectl } from "./spire/questions";

/** Time that one kubectl call may take (ms). */
const TIMEOUT_MS = 60_000;

/** kubectl on one cluster. */
function boundKubectl(cluster: readonly string[]): Kubectl {
    return (args) => {
        const { error, status, stdout, stderr } = spawnSync("kubectl", [...cluster, ...args], {
            encoding: "utf8",
            timeout: TIMEOUT_MS,
        });
        if (error !== undefined) {
            throw new Error(`kubectl cannot be run: ${error.message}`);
        }
        if (status !== 0) {
            throw new Error(stderr.trim() || `kubectl ${args.join(" ")} ended with exit code ${status ?? "none"}`);
        }
        return stdout;
    };
}

/** `npm run spire -- <question>`: exit code 0 answered, 1 no answer, 2 wrong arguments. */
function main(argv: readonly string[]): number {
    const request = parseArguments(argv);
    const { text } = findOutputs(request.stack, realSurroundings());
    const facts = factsOf(text);
    const kubectl = boundKubectl(facts.cluster);
    const path = "jsonpath={.items[*].metadata.annotations.kwok\\.x-k8s\\.io/node}";
    if (kubectl(["get", "nodes", "--output", path]).includes("fake")) {
        console.error(
            "The nodes of this cluster are simulated: no SPIRE server or agent runs in it, so none can be asked.",
        );
        return 1;
    }
    console.log(answer(request, facts, kubectl));
    return 0;
}

try {
    process.exitCode = main(process.argv.slice(2));
} catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
}
