import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { isObject } from "../engine/field";
import type { StackConfiguration } from "../evaluation/stackRule";
import { projectFolder } from "../helm/folder";

/** Variable in which the engine gives a pack the stack's configuration, as JSON; secrets are among its values. */
const CONFIG = "PULUMI_CONFIG";

/**
 * What the stack says by itself, from the environment of the pack's process. Keys may have `config` in their middle, as in
 * `project:config:key`: the engine writes them so.
 */
export function stackConfiguration(env: NodeJS.ProcessEnv, folder: () => string = projectFolder): StackConfiguration {
    const parsed = parseJson(env[CONFIG] ?? "");
    const config = isObject(parsed) ? parsed : {};
    return {
        setting: (key) => {
            const [project, name] = key.split(":");
            const value = config[key] ?? config[`${project ?? ""}:config:${name ?? ""}`];
            return typeof value === "string" ? (parseJson(value) ?? value) : value;
        },
        file: (name) => {
            const file = path.join(folder(), name);
            return existsSync(file) ? readFileSync(file, "utf8") : undefined;
        },
        variable: (name) => env[name],
    };
}

function parseJson(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
