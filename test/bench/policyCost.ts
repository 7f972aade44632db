import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { analyzeRequest, stackRequest, type Props } from "../policy/analyzer";
import { buildPack, PACK, startPack, type RunningPack } from "../support/policyPack";
import { deployment, props, stackOfSize, twoContainers } from "./policyObjects";

/** Files for `policy:check`. */
const MANIFESTS = 5000;

/** Number of objects analyzed per measurement, after a warm-up of the same size. */
const OBJECTS = 1000;

/** Stacks to evaluate, in resources. */
const SIZES = [1000, 3000, 10_000];

/** CPU time of the pack's process (ms), which is independent of the machine's load. */
async function cost(pack: RunningPack, work: () => Promise<unknown>): Promise<number> {
    const before = pack.processorTime();
    await work();
    return pack.processorTime() - before;
}

/** CPU time of the analysis of one object (ms), including the transport of the request. */
async function perObject(pack: RunningPack, type: string, object: Props): Promise<number> {
    const request = analyzeRequest(type, "web-0", object);
    const many = async (): Promise<void> => {
        for (let run = 0; run < OBJECTS; run += 1) {
            await pack.analyze(request);
        }
    };
    await many();
    return (await cost(pack, many)) / OBJECTS;
}

/**
 * Prints what the built pack costs for one object, through the analyzer protocol. For an object that no rule evaluates that
 * is the protocol's own cost, and what the pack adds to it: the difference from a pack without policies.
 * @param emptyPack Folder of that pack.
 */
export async function policyPerObject(emptyPack: string): Promise<void> {
    buildPack();
    const measure = async (folder: string, type: string, object: Props): Promise<number> => {
        const pack = await startPack(folder);
        const milliseconds = await perObject(pack, type, object);
        pack.stop();
        return milliseconds;
    };
    for (const [title, object] of [
        ["2 containers", twoContainers(0)],
        ["4 containers", deployment(0)],
    ] as const) {
        const milliseconds = await measure(PACK, "kubernetes:apps/v1:Deployment", props(object));
        console.log(`Policy pack, Deployment of ${title}: ${milliseconds.toFixed(2)} ms of processor time`);
    }
    const unjudged = ["random:index/randomString:RandomString", { length: 8 }] as const;
    const [ours, empty] = [await measure(PACK, ...unjudged), await measure(emptyPack, ...unjudged)];
    console.log(
        `Policy pack, object that no rule evaluates: ${(ours - empty).toFixed(2)} ms of processor time ` +
            `on top of the ${empty.toFixed(2)} ms that the protocol costs a pack without policies`,
    );
}

/**
 * Prints how the pack's work grows with a stack, single resources and the stack as a whole, through the analyzer
 * protocol: CPU time per resource, relative to that of the smallest stack; 1 is linear.
 */
export async function policyStacks(): Promise<void> {
    for (const namespaces of ["many", "one"] as const) {
        let first: number | undefined;
        for (const size of SIZES) {
            const pack = await startPack();
            const resources = stackOfSize(size / 2, namespaces);
            // Warm up, as in a stack of any size.
            await pack.analyzeStack(stackRequest(resources.slice(0, 200)));
            const single = await cost(pack, async () => {
                for (const { type, name, props: inputs } of resources) {
                    await pack.analyze(analyzeRequest(type, name, inputs));
                }
            });
            const whole = await cost(pack, () => pack.analyzeStack(stackRequest(resources)));
            const each = (single + whole) / size;
            first ??= each;
            console.log(
                `Policy pack, ${size} resources in ${namespaces === "one" ? "one namespace" : "many namespaces"}: ` +
                    `${(single / 1000).toFixed(1)} s one by one, ${(whole / 1000).toFixed(1)} s as a stack, ` +
                    `growth ${(each / first).toFixed(2)}`,
            );
            pack.stop();
        }
    }
}

/** Runs the command of its first argument in its own process, and prints what that used as the last line. */
const TIMED = `
process.argv.splice(1, 1);
process.on("exit", () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const used = { seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 };
    require("node:fs").writeSync(1, JSON.stringify(used) + "\\n");
});
require(process.argv[1]);
`;

/** What that prints. */
const USED = z.object({ seconds: z.number(), megabytes: z.number() });

/** Prints the processor time and memory of the built command for many manifests. */
export async function policyCheck(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "policy-bench-"));
    try {
        for (let index = 0; index < MANIFESTS; index += 1) {
            await writeFile(join(folder, `${index}.yaml`), stringify(deployment(index)));
        }
        const command = join(PACK, "bin", "check.js");
        const { status, stdout } = spawnSync(process.execPath, ["--eval", TIMED, "bench", command, folder], {
            encoding: "utf8",
            maxBuffer: 1e9,
        });
        const { seconds, megabytes } = USED.parse(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));
        console.log(
            `policy:check, ${MANIFESTS} manifests: ${seconds.toFixed(1)} s of processor time, ` +
                `${megabytes.toFixed(0)} MB at most, exit status ${status ?? "none"}`,
        );
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
