import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { analyzeRequest, stackRequest, type Props } from "../policy/analyzer";
import { buildPack, PACK, startPack, type RunningPack } from "../support/policyPack";
import { deployment, props, stackOfSize, twoContainers } from "./policyObjects";

const ROOT = join(__dirname, "..", "..");

/** Files for `policy:check`. */
const MANIFESTS = 5000;

/** Objects analyzed for one figure, after as many to warm up. */
const OBJECTS = 1000;

/** Stacks to evaluate, in resources. */
const SIZES = [1000, 3000, 10_000];

/** Processor time of the pack's process for some work (ms), which a busy machine does not stretch. */
async function cost(pack: RunningPack, work: () => Promise<unknown>): Promise<number> {
    const before = pack.processorTime();
    await work();
    return pack.processorTime() - before;
}

/** The same for one analysis of an object, the transport of the request included. */
async function perObject(pack: RunningPack, type: string, object: Props): Promise<number> {
    const request = analyzeRequest(type, "web-0", object);
    const many = async (): Promise<void> => {
        for (let run = 0; run < OBJECTS; run += 1) await pack.analyze(request);
    };
    await many();
    return (await cost(pack, many)) / OBJECTS;
}

/**
 * Prints what the built pack costs for one object, through the analyzer protocol; for an object that no rule judges beside
 * a pack without policies, whose cost is that of the protocol.
 * @param emptyPack Folder of that pack.
 */
export async function policyPerObject(emptyPack: string): Promise<void> {
    buildPack();
    const kind = "kubernetes:apps/v1:Deployment";
    const [unjudged, length] = ["random:index/randomString:RandomString", { length: 8 }];
    const objects: [title: string, aim: string, folder: string, type: string, object: Props][] = [
        ["Deployment of 2 containers", "5 ms", PACK, kind, props(twoContainers(0))],
        ["Deployment of 4 containers", "none", PACK, kind, props(deployment(0))],
        ["object that no rule judges", "0.3 ms", PACK, unjudged, length],
        ["the same in a pack without policies", "none", emptyPack, unjudged, length],
    ];
    for (const [title, aim, folder, type, object] of objects) {
        const pack = await startPack(folder);
        const milliseconds = await perObject(pack, type, object);
        pack.stop();
        console.log(`Policy pack, ${title}: ${milliseconds.toFixed(2)} ms of processor time (aim: ${aim})`);
    }
}

/**
 * Prints how the pack's work grows with a stack, single resources and the stack as a whole, through the analyzer protocol:
 * processor time per resource beside that of the smallest stack; 1 is linear.
 */
export async function policyStacks(): Promise<void> {
    for (const namespaces of ["many", "one"] as const) {
        let first: number | undefined;
        for (const size of SIZES) {
            const pack = await startPack();
            const resources = stackOfSize(size / 2, namespaces);
            // Code that ran once already, as in a stack of any size.
            await pack.analyzeStack(stackRequest(resources.slice(0, 200)));
            const single = await cost(pack, async () => {
                for (const { type, name, props: inputs } of resources)
                    await pack.analyze(analyzeRequest(type, name, inputs));
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

/** Prints how long `npm run policy:check` takes for many manifests. */
export async function policyCheck(): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "policy-bench-"));
    try {
        for (let index = 0; index < MANIFESTS; index += 1) {
            await writeFile(join(folder, `${index}.yaml`), stringify(deployment(index)));
        }
        const started = performance.now();
        const args = [require.resolve("tsx/cli"), join(ROOT, "policy", "cli", "main.ts"), folder];
        const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: "ignore" });
        const seconds = (performance.now() - started) / 1000;
        console.log(
            `policy:check, ${MANIFESTS} manifests: ${seconds.toFixed(1)} s (aim: 30 s), exit status ${status ?? "none"}`,
        );
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
