import { text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";

/** Seconds that helm waits by default; the official plugin's. */
export const DEFAULT_TIMEOUT_SECONDS = 300;

/** Inputs that the stand-in serves: those that the stacks set. */
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

/** Names of the inputs that only the official plugin serves. */
export function unservedInputs(inputs: PropertyMap): string[] {
    const options = inputs.repositoryOpts;
    const unserved = typeof options === "object" && options !== null ? Object.keys(options) : [];
    return [
        ...Object.keys(inputs).filter((name) => !SERVED.has(name)),
        ...unserved.filter((name) => name !== "repo").map((name) => `repositoryOpts.${name}`),
    ];
}

/** The flag with an input's text; none for an empty one. */
function flag(name: string, inputs: PropertyMap, ...path: string[]): string[] {
    const value = text(inputs, ...path);
    return value === "" ? [] : [name, value];
}

/** How to find the chart, for commands that need it. */
export function chartArguments(inputs: PropertyMap): string[] {
    return [
        text(inputs, "chart"),
        ...flag("--repo", inputs, "repositoryOpts", "repo"),
        ...flag("--version", inputs, "version"),
    ];
}

/** Name and namespace of the release, for every command that is about it. */
function releaseArguments(inputs: PropertyMap): string[] {
    return [text(inputs, "name"), "--namespace", text(inputs, "namespace")];
}

/** How long helm waits for the release's objects. */
function waitArguments(inputs: PropertyMap): string[] {
    const { timeout } = inputs;
    const seconds = typeof timeout === "number" && timeout > 0 ? timeout : DEFAULT_TIMEOUT_SECONDS;
    return ["--timeout", `${seconds}s`, "--wait"];
}

/** The arguments that installing and upgrading share; the values come over standard input. */
function commonArguments(inputs: PropertyMap): string[] {
    return [...releaseArguments(inputs), ...chartArguments(inputs), "--values", "-", ...waitArguments(inputs)];
}

/** `helm install`: fails when the release exists, so nothing of others is adopted. */
export function installArguments(inputs: PropertyMap): string[] {
    return ["install", ...commonArguments(inputs)];
}

/** `helm upgrade`. */
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

/** `helm uninstall`, waiting as the install did. */
export function uninstallArguments(inputs: PropertyMap): string[] {
    return ["uninstall", ...releaseArguments(inputs), "--ignore-not-found", ...waitArguments(inputs)];
}

/** `helm get` of some part of the release. */
export function getArguments(part: "manifest" | "metadata" | "values", inputs: PropertyMap): string[] {
    return ["get", part, ...releaseArguments(inputs), ...(part === "manifest" ? [] : ["--output", "json"])];
}
