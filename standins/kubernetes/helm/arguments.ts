import { text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";

/** Seconds that helm waits by default; the official plugin's. */
const DEFAULT_TIMEOUT_SECONDS = 300;

/** The flags that are set when an input is true, by input. */
function switches(inputs: PropertyMap, flags: Readonly<Record<string, string>>): string[] {
    return Object.entries(flags).flatMap(([input, flag]) => (inputs[input] === true ? [flag] : []));
}

/** The flags that take an input's text, by input; none for an empty one. */
function settings(inputs: PropertyMap, flags: Readonly<Record<string, string>>): string[] {
    return Object.entries(flags).flatMap(([input, flag]) => {
        const value = text(inputs, ...input.split("."));
        return value === "" ? [] : [flag, value];
    });
}

/** How to find the chart, for commands that need it. A repository with a password is set up in another way. */
export function chartArguments(chart: string, inputs: PropertyMap): string[] {
    const repository =
        text(inputs, "repositoryOpts", "password") === ""
            ? settings(inputs, {
                  "repositoryOpts.repo": "--repo",
                  "repositoryOpts.caFile": "--ca-file",
                  "repositoryOpts.certFile": "--cert-file",
                  "repositoryOpts.keyFile": "--key-file",
              })
            : [];
    return [
        chart,
        ...repository,
        ...settings(inputs, { version: "--version", keyring: "--keyring" }),
        ...switches(inputs, { devel: "--devel", verify: "--verify" }),
    ];
}

/** How long and for what helm waits. */
function waitArguments(inputs: PropertyMap): string[] {
    const timeout = inputs.timeout;
    const seconds = typeof timeout === "number" && timeout > 0 ? timeout : DEFAULT_TIMEOUT_SECONDS;
    const isAwaited = inputs.skipAwait !== true;
    return [
        "--timeout",
        `${seconds}s`,
        ...(isAwaited ? ["--wait", ...switches(inputs, { waitForJobs: "--wait-for-jobs" })] : []),
    ];
}

/** Name and namespace of the release, forevery command that is about it. */
function releaseArguments(inputs: PropertyMap): string[] {
    return [text(inputs, "name"), "--namespace", text(inputs, "namespace")];
}

/** The flags that installing and upgrading share; the values come over standard input. */
function commonArguments(chart: string, inputs: PropertyMap): string[] {
    return [
        ...releaseArguments(inputs),
        ...chartArguments(chart, inputs),
        "--values",
        "-",
        ...waitArguments(inputs),
        ...settings(inputs, { description: "--description", postrender: "--post-renderer" }),
        ...switches(inputs, {
            atomic: "--atomic",
            dependencyUpdate: "--dependency-update",
            disableOpenapiValidation: "--disable-openapi-validation",
            disableWebhooks: "--no-hooks",
            renderSubchartNotes: "--render-subchart-notes",
            skipCrds: "--skip-crds",
            takeOwnership: "--take-ownership",
        }),
    ];
}

/** `helm install`: fails when the release is there, so nothing of others is adopted. */
export function installArguments(chart: string, inputs: PropertyMap): string[] {
    return [
        "install",
        ...commonArguments(chart, inputs),
        ...switches(inputs, { createNamespace: "--create-namespace", replace: "--replace" }),
    ];
}

/** `helm upgrade`. */
export function upgradeArguments(chart: string, inputs: PropertyMap): string[] {
    const history = inputs.maxHistory;
    return [
        "upgrade",
        ...commonArguments(chart, inputs),
        "--history-max",
        String(typeof history === "number" ? history : 0),
        ...switches(inputs, {
            cleanupOnFail: "--cleanup-on-fail",
            forceUpdate: "--force",
            resetValues: "--reset-values",
            reuseValues: "--reuse-values",
        }),
    ];
}

/** `helm uninstall`, waiting as the install did. */
export function uninstallArguments(inputs: PropertyMap): string[] {
    const [timeout = "", seconds = "", ...rest] = waitArguments(inputs);
    const isAwaited = rest.includes("--wait") || inputs.atomic === true;
    return [
        "uninstall",
        ...releaseArguments(inputs),
        "--ignore-not-found",
        timeout,
        seconds,
        ...(isAwaited ? ["--wait"] : []),
    ];
}

/** `helm get` of some part of the release. */
export function getArguments(part: "manifest" | "metadata" | "values", inputs: PropertyMap): string[] {
    return ["get", part, ...releaseArguments(inputs), ...(part === "manifest" ? [] : ["--output", "json"])];
}
