import * as pulumi from "@pulumi/pulumi";
import program from "../..";
import { StackFile } from "../../engine/stackFile";
import type { StackOutputs } from "../../outputs";
import { PROJECT_ROOT } from "../../project";

/** A resource as the program sent it to the engine. */
export interface Registered {
    /** Type token, e.g. `kubernetes:apps/v1:Deployment`. */
    readonly type: string;
    /** Logical name. */
    readonly name: string;
    /** Inputs, with secrets marked as `{ secret: value }`. */
    readonly inputs: Readonly<Record<string, unknown>>;
    /** Reference of the provider; empty for a default provider. */
    readonly provider: string;
    /** True for a resource that a provider manages, false for a component. */
    readonly custom: boolean;
}

/** Result of a run of the program under mocks. */
export interface ProgramRun {
    readonly resources: readonly Registered[];
    readonly outputs: StackOutputs;
}

/** Settings to merge into a stack file: top-level key to value. */
export type Overrides = Readonly<Record<string, unknown>>;

const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/** The configuration of a stack's file, with overrides merged in, in the form that the SDK reads. */
export function stackConfig(stack: string, overrides: Overrides = {}): Record<string, string> {
    const config = merge(StackFile.open(PROJECT_ROOT, stack).config, overrides);
    return Object.fromEntries(
        Object.entries(record(config)).map(([key, value]) => [
            key.includes(":") ? key : `x0tta6bl4:${key}`,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
}

/** Runs the real program (`index.ts`) under Pulumi's mocks with the stack's real file. */
export async function runProgram(stack: string, overrides: Overrides = {}): Promise<ProgramRun> {
    const resources: Registered[] = [];
    await pulumi.runtime.setMocks(
        {
            newResource: (args) => {
                const { type, name } = args;
                const inputs = record(args.inputs);
                resources.push({
                    type,
                    name,
                    inputs: markSecrets(inputs),
                    provider: args.provider ?? "",
                    custom: args.custom ?? false,
                });
                return { id: args.id ?? `${name}-id`, state: { ...inputs, ...generated(type, name) } };
            },
            call: () => ({}),
        },
        "x0tta6bl4",
        stack,
        false,
    );
    pulumi.runtime.setAllConfig(
        stackConfig(stack, {
            cluster: { context: "test", checkReachable: false },
            ...overrides,
            monitoring: { chart: { type: "repository", checkReachable: false }, ...record(overrides.monitoring) },
        }),
    );
    const outputs = await withoutStacks(async () => {
        const known = await program();
        await settled(known);
        return known;
    });
    return { resources, outputs };
}

/**
 * Errors made in a run have no stack: the SDK takes one for each of some thousand promises of the program
 * (`runtime/debuggable.js`), which is a third of the run's time with source maps.
 */
async function withoutStacks<T>(action: () => Promise<T>): Promise<T> {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        return await action();
    } finally {
        Error.stackTraceLimit = limit;
    }
}

/** The resource of a type, and of a name where there are several; fails when it is not exactly one. */
export function only(run: ProgramRun, kind: string, name?: string): Registered {
    const found = run.resources.filter(
        (resource) => resource.type.endsWith(`:${kind}`) && (name === undefined || resource.name === name),
    );
    const [first] = found;
    if (first === undefined || found.length > 1) {
        throw new Error(`expected one ${kind} ${name ?? ""}, found ${found.length}`);
    }
    return first;
}

/** The value at a path of plain data, e.g. `at(inputs, "spec", "template", 0)`. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
    return path.reduce<unknown>(
        (current, key) => (typeof current === "object" && current !== null ? Reflect.get(current, key) : undefined),
        value,
    );
}

function generated(type: string, name: string): Record<string, unknown> {
    switch (type) {
        case "random:index/randomPassword:RandomPassword":
            return { result: `password-of-${name}` };
        case "random:index/randomBytes:RandomBytes":
            return { hex: `hex-of-${name}` };
        default:
            return {};
    }
}

/** Waits until every output is known, and with it every resource registered. */
function settled(value: unknown): Promise<unknown> {
    return new Promise((resolve) => {
        pulumi.all([value]).apply(([known]) => {
            // Registrations that depend on nothing in the outputs need one more turn of the loop.
            setTimeout(() => {
                resolve(known);
            }, 50);
        });
    });
}

function markSecrets(value: unknown): Record<string, unknown> {
    return record(mark(value));
}

function mark(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(mark);
    }
    if (!isObject(value)) {
        return value;
    }
    return SECRET_SIGNATURE in value
        ? { secret: mark(value.value) }
        : Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mark(child)]));
}

function merge(base: unknown, over: unknown): unknown {
    // The parts of one option of a union are none of another's.
    const otherOption = isObject(base) && isObject(over) && over.type !== undefined && over.type !== base.type;
    if (!isObject(base) || !isObject(over) || otherOption) {
        return over === undefined ? base : over;
    }
    const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
    return Object.fromEntries([...keys].map((key) => [key, merge(base[key], over[key])]));
}

/** A value as an object; empty when it is none. */
function record(value: unknown): Record<string, unknown> {
    return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Inputs of a resource as the cluster gets them: without the marks of secrets. */
export function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const entries = Object.entries(value);
    const [[name, secret] = []] = entries;
    return entries.length === 1 && name === "secret"
        ? plain(secret)
        : Object.fromEntries(entries.map(([key, child]): [string, unknown] => [key, plain(child)]));
}
