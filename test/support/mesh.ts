import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { at, only, type Overrides, type ProgramRun, type Registered, runProgram } from "./program";

/** The stacks that the program can deploy. */
export const STACKS = ["staging", "prod"] as const;

const runs = new Map<string, Promise<ProgramRun>>();
let last: Promise<unknown> = Promise.resolve();

/**
 * Resources that the program sends to the engine for a stack, with settings merged into its stack file. Equal settings
 * run once; runs are sequential, because Pulumi's mocks are global.
 */
export function programRun(stack: string, overrides: Overrides = {}): Promise<ProgramRun> {
    const key = JSON.stringify([stack, overrides]);
    const known = runs.get(key);
    if (known !== undefined) {
        return known;
    }
    const started = last.then(() => runProgram(stack, overrides));
    last = started.catch(() => undefined);
    runs.set(key, started);
    return started;
}

/** Whether a logical name belongs to a resource of SPIRE or monitoring. */
export function ofOthers(name: string): boolean {
    return /^((spire|monitoring)(-|$)|cluster-)/.test(name);
}

/** The same without the resources of SPIRE and monitoring. */
export async function run(stack: string, overrides: Overrides = {}): Promise<ProgramRun> {
    const result = await programRun(stack, overrides);
    return { ...result, resources: result.resources.filter(({ name }) => !ofOthers(name)) };
}

/** A run with settings of the mesh laid over the stack's file. */
export function meshRun(mesh: Overrides, stack = "staging"): Promise<ProgramRun> {
    return run(stack, { mesh });
}

/** The Kubernetes objects of a run. */
export function objects({ resources }: ProgramRun): Registered[] {
    return resources.filter(({ type }) => type.startsWith("kubernetes:"));
}

/** The objects of a kind, e.g. `NetworkPolicy`. */
export function ofKind(result: ProgramRun, kind: string): Registered[] {
    return objects(result).filter(({ inputs }) => inputs.kind === kind);
}

/** `metadata.name` of an object. */
export function objectName({ inputs }: Registered): string {
    return text(at(inputs, "metadata", "name"));
}

/** Spec of the Deployment. */
export function deploymentSpec(result: ProgramRun): unknown {
    return at(only(result, "Deployment").inputs, "spec");
}

/** Annotations of the pod template. */
export function podAnnotations(result: ProgramRun): Record<string, unknown> {
    return record(at(deploymentSpec(result), "template", "metadata", "annotations"));
}

/** Pod spec of the Deployment. */
export function podSpec(result: ProgramRun): unknown {
    return at(deploymentSpec(result), "template", "spec");
}

/** The one container of the pod. */
export function container(result: ProgramRun): unknown {
    const containers = list(at(podSpec(result), "containers"));
    assert.equal(containers.length, 1);
    return containers[0];
}

/** Literal environment variables of the container, in order. */
export function envValues(result: ProgramRun): [string, unknown][] {
    return list(at(container(result), "env"))
        .filter((variable) => at(variable, "value") !== undefined)
        .map((variable) => [text(at(variable, "name")), at(variable, "value")]);
}

/** Data of the ConfigMap. */
export function configData(result: ProgramRun): Record<string, unknown> {
    return record(at(only(result, "ConfigMap").inputs, "data"));
}

/** Spec of a NetworkPolicy by its logical name, e.g. `mesh-allow-dns`. */
export function policySpec(result: ProgramRun, name: string): unknown {
    return at(only(result, "NetworkPolicy", name).inputs, "spec");
}

/** The outputs of a run, all known. */
export function outputsOf(result: ProgramRun): Promise<unknown> {
    return new Promise((resolve) => {
        pulumi.output(result.outputs).apply(resolve);
    });
}

/** A value that must be a list. */
export function list(value: unknown): unknown[] {
    assert.ok(Array.isArray(value), `${JSON.stringify(value)} is no list`);
    return value;
}

/** A value that must be a text. */
export function text(value: unknown): string {
    assert.ok(typeof value === "string", `${JSON.stringify(value)} is not a text`);
    return value;
}

/** A value that must be an object. */
export function record(value: unknown): Record<string, unknown> {
    assert.ok(typeof value === "object" && value !== null, `${JSON.stringify(value)} is no object`);
    return Object.fromEntries(Object.entries(value));
}
