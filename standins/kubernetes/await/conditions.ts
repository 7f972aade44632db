import { at, isMap, text } from "../../protocol/values";
import type { PropertyMap, Value } from "../../protocol/values";
import { parsePath } from "../paths";
import { condition } from "./pods";
import type { Awaiter, Progress } from "./types";

/** The value at a path such as `.status.phase` or `.status.conditions[0].type`. */
function valueAt(object: PropertyMap, path: string): Value | undefined {
    return parsePath(path).reduce<Value | undefined>((parent, step) => {
        if (typeof step === "number") {
            return Array.isArray(parent) ? parent[step] : undefined;
        }
        return isMap(parent) ? at(parent, step) : undefined;
    }, object);
}

/** A value as an expression writes it. */
function shown(value: Value): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}

/** Is one expression of the annotation `pulumi.com/waitFor` met? @throws Error for one that can't be read. */
function isMet(object: PropertyMap, expression: string): boolean {
    const [, type, wantedStatus = "True"] = /^condition=([^=]+)(?:=(.*))?$/.exec(expression) ?? [];
    if (type !== undefined) {
        return text(condition(object, type), "status").toLowerCase() === wantedStatus.toLowerCase();
    }
    const [, path, wanted] = /^jsonpath=\{?(\.[^={}]*)\}?(?:=(.*))?$/.exec(expression) ?? [];
    if (path === undefined) {
        throw new Error(
            `pulumi.com/waitFor: expected "condition=TYPE[=STATUS]" or "jsonpath={.path}[=value]", got "${expression}"`,
        );
    }
    const found = valueAt(object, path);
    const isThere = found !== undefined && found !== null;
    return wanted === undefined ? isThere : isThere && shown(found) === wanted;
}

/** Waits for what the annotation `pulumi.com/waitFor` says: one expression, or a JSON list of them. */
export function waitForAwaiter(annotation: string): Awaiter {
    let expressions: string[];
    try {
        const parsed: unknown = JSON.parse(annotation);
        expressions = Array.isArray(parsed) ? parsed.map(String) : [annotation];
    } catch {
        expressions = [annotation];
    }
    return {
        progress: (object): Progress => {
            const open = expressions.filter((expression) => !isMet(object, expression));
            return { ready: open.length === 0, message: `Waiting for ${open.join(", ")}` };
        },
    };
}
