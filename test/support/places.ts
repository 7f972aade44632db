import assert from "node:assert/strict";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { type Overrides, runProgram } from "./program";

/** The parts of a registration that the mocks do not receive. */
interface Registration {
    getType(): string;
    getName(): string;
    getParent(): string;
    getDependenciesList(): string[];
    getCustom(): boolean;
}

/** Position of a resource in the resource graph. */
export interface Place {
    readonly type: string;
    readonly name: string;
    readonly parent: string;
    readonly dependsOn: readonly string[];
    readonly custom: boolean;
}

/** `type::name` at the end of a URN, without the types of the parents. */
const identity = (urn: string) => urn.split("::").slice(-2).join("::").split("$").at(-1) ?? "";

/** Runs the program and records parents and dependencies. */
export async function places(stack: string, overrides: Overrides = {}): Promise<Place[]> {
    const found: Place[] = [];
    // The mocks receive neither parents nor dependencies; only the monitor below them does.
    const original = Object.getOwnPropertyDescriptor(MockMonitor.prototype, "registerResource");
    assert.ok(original !== undefined);
    Object.defineProperty(MockMonitor.prototype, "registerResource", {
        ...original,
        value: function (this: MockMonitor, request: Registration, callback: unknown): unknown {
            found.push({
                type: request.getType(),
                name: request.getName(),
                parent: identity(request.getParent()),
                dependsOn: request.getDependenciesList().map(identity),
                custom: request.getCustom(),
            });
            return Reflect.apply(original.value as () => unknown, this, [request, callback]);
        },
    });
    try {
        await runProgram(stack, overrides);
    } finally {
        Object.defineProperty(MockMonitor.prototype, "registerResource", original);
    }
    return found;
}
