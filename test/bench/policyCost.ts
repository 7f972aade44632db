import type { Policies } from "@pulumi/policy";
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { policyPack } from "../../policy/pack";
import { rules } from "../../policy/rules";
import { stackRules } from "../../policy/rules/stack";
import { analyze, analyzeRequest, analyzeStack, type Props, type StackResource } from "../policy/analyzer";
import { deployment, props, stackOfSize } from "./policyObjects";

const ROOT = join(__dirname, "..", "..");

/** Files for `policy:check`. */
const MANIFESTS = 5000;

/** Objects analyzed for one figure, after as many to warm up. */
const OBJECTS = 300;

/** Stacks to evaluate, in workloads; each has twice as many resources. */
const SIZES = [500, 1000, 2000, 4000];

/** Mean time of one analysis (ms). */
async function perObject(policies: Policies, type: string, object: Props): Promise<number> {
    const request = analyzeRequest(type, "web-0", object);
    let started = 0;
    for (let run = 0; run < 2 * OBJECTS; run += 1) {
        if (run === OBJECTS) started = performance.now();
        await analyze(policies, request);
    }
    return (performance.now() - started) / OBJECTS;
}

/** Prints what the pack costs for one object, beside as many policies that do nothing. */
export async function policyPerObject(): Promise<void> {
    const { policies } = policyPack(rules, [], stackRules);
    const empty: Policies = policies
        .filter((policy) => "validateResource" in policy)
        .map(({ name, description }) => ({
            name,
            description,
            enforcementLevel: "mandatory",
            validateResource: () => undefined,
        }));
    const objects: [title: string, type: string, object: Props][] = [
        ["hardened Deployment, 4 containers", "kubernetes:apps/v1:Deployment", props(deployment(0))],
        ["object that no rule judges", "random:index/randomString:RandomString", { length: 8 }],
    ];
    for (const [title, type, object] of objects) {
        const [pack, nothing] = [await perObject(policies, type, object), await perObject(empty, type, object)];
        console.log(
            `Policy pack, ${title}: ${pack.toFixed(3)} ms, as many empty policies ${nothing.toFixed(3)} ms; ` +
                `ratio ${(pack / nothing).toFixed(1)}`,
        );
    }
}

/** Processor time of one evaluation of a stack (ms), which a busy machine does not stretch, and the number of findings. */
async function stackCost(policies: Policies, resources: readonly StackResource[]): Promise<[number, number]> {
    const started = process.cpuUsage();
    const { length } = await analyzeStack(policies, resources);
    const { user, system } = process.cpuUsage(started);
    return [(user + system) / 1000, length];
}

/** Prints how stack evaluation grows: processor time per workload, beside the smallest stack; 1 is linear. */
export async function policyStacks(): Promise<void> {
    const { policies } = policyPack(rules, [], stackRules);
    await stackCost(policies, stackOfSize(500));
    let first: number | undefined;
    for (const size of SIZES) {
        const resources = stackOfSize(size);
        const [total, found] = await stackCost(policies, resources);
        const each = total / size;
        first ??= each;
        console.log(
            `Policy pack, stack of ${size} workloads, ${resources.length} resources: ${(total / 1000).toFixed(1)} s, ` +
                `${each.toFixed(2)} ms per workload, growth ${(each / first).toFixed(2)}; ${found} findings`,
        );
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
        console.log(`policy:check, ${MANIFESTS} manifests: ${seconds.toFixed(1)} s, exit status ${status ?? "none"}`);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
