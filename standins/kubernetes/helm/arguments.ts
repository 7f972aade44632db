import { text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";

/** Default timeout of helm (s); as in the official plugin. */
export const DEFAULT_TIMEOUT_SECONDS = 300;

/** Inputs that the stand-in supports: those that the stacks set. */
const SERVED = new Set([
    "chart",
    "cleanupOnFail",
    "maxHistory",
    "name",
    "namespace",
    "repositoryOpts",
    "timeout",
    "values",
    "version",
]);

/** Names of the inputs that only the official plugin supports. */
export function unservedInputs(inputs: PropertyMap): string[] {
    const options = inputs.repositoryOpts;
    const unserved = typeof options === "object" && options !== null ? Object.keys(options) : [];
    return [
        ...Object.keys(inputs).filter((name) => !SERVED.has(name)),
        ...unserved.filter((name) => name !== "repo").map((name) => `repositoryOpts.${name}`),
    ];
}

/** A flag with the value of an input; empty if the input is empty. */
function flag(name: string, inputs: PropertyMap, ...path: string[]): string[] {
    const value = text(inputs, ...path);
    return value === "" ? [] : [name, value];
}

/** Arguments that identify the chart. */
export function chartArguments(inputs: PropertyMap): string[] {
    return [
        text(inputs, "chart"),
        ...flag("--repo", inputs, "repositoryOpts", "repo"),
        ...flag("--version", inputs, "version"),
    ];
}

/** Arguments with the name and namespace of the release. */
function releaseArguments(inputs: PropertyMap): string[] {
    return [text(inputs, "name"), "--namespace", text(inputs, "namespace")];
}

/** Arguments for waiting for the release's objects. */
function waitArguments(inputs: PropertyMap): string[] {
    const { timeout } = inputs;
    const seconds = typeof timeout === "number" && timeout > 0 ? timeout : DEFAULT_TIMEOUT_SECONDS;
    return ["--timeout", `${seconds}s`, "--wait"];
}

/** Arguments shared by install and upgrade; values are read from standard input. */
function commonArguments(inputs: PropertyMap): string[] {
    return [...releaseArguments(inputs), ...chartArguments(inputs), "--values", "-", ...waitArguments(inputs)];
}

/** Arguments of `helm install`, which fails if the release exists, so that no foreign release is adopted. */
export function installArguments(inputs: PropertyMap): string[] {
    return ["install", ...commonArguments(inputs)];
}

/** Arguments of `helm upgrade`. */
export function upgradeArguments(inputs: PropertyMap): string[] {
    const { maxHistory, cleanupOnFail } = inputs;
    return [
        "upgrade",
        ...commonArguments(inputs),
        "--history-max",
        String(typeof maxHistory === "number" ? maxHistory : 0),
        ...(cleanupOnFail === true ? ["--cleanup-on-fail"] : []),
    ];
}

/**
 * Arguments of `helm uninstall`, with the same waiting behaviour as the install. As in the official plugin, a release that is gone
 * is an error: a refresh takes it out of the state.
 */
export function uninstallArguments(inputs: PropertyMap): string[] {
    return ["uninstall", ...releaseArguments(inputs), ...waitArguments(inputs)];
}

/** Arguments of `helm get` for a part of the release. */
export function getArguments(part: "manifest" | "metadata" | "values", inputs: PropertyMap): string[] {
    return ["get", part, ...releaseArguments(inputs), ...(part === "manifest" ? [] : ["--output", "json"])];
}
