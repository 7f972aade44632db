import { PROJECT_ROOT } from "../project";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { CommandError, run } from "../process/run";
import type { Family, Platform } from "./table";

/** Folder of a family's go.mod and go.sum. */
export function moduleFolder(family: Family): string {
    return join(PROJECT_ROOT, "tools", "go", family);
}

/** Go settings of the user that a build has to respect: where modules come from and where they are kept. */
const KEPT_SETTINGS = [
    "GOPROXY",
    "GOSUMDB",
    "GONOSUMDB",
    "GONOPROXY",
    "GOPRIVATE",
    "GOINSECURE",
    "GOAUTH",
    "GOMODCACHE",
    "GOCACHE",
    "GOPATH",
    "GOTOOLCHAIN",
    "GOTMPDIR",
] as const;

/** Go settings that change what a build gives; they are set here, so that the user's do not matter. */
function fixedSettings(platform: Platform): Record<string, string> {
    return {
        GOENV: "off",
        GO111MODULE: "on",
        GOWORK: "off",
        GOFLAGS: "-mod=readonly",
        CGO_ENABLED: "0",
        GOOS: platform.os,
        GOARCH: platform.arch,
    };
}

/** Settings that are taken out of the environment: they change what is built, and Go's defaults are wanted. */
const DROPPED_SETTINGS = ["GOEXPERIMENT", "GODEBUG", "GOAMD64", "GOARM64", "GOFIPS140", "GOROOT", "GOBIN"];

/** A Go installation that can build a family. */
export interface GoEnvironment {
    /** Version of the toolchain, e.g. `go1.26.8`. */
    readonly version: string;
    /** Whole environment for `go`. */
    readonly env: NodeJS.ProcessEnv;
    /** Folders that a build writes to. */
    readonly folders: readonly string[];
}

/** Go is missing or too old. */
export class GoMissingError extends Error {
    /** Name of the error, for logs. */
    public override readonly name = "GoMissingError";
}

/**
 * Finds Go and its settings for one family. Run in the module's folder, `go` itself judges whether it is new enough, and
 * fetches the right toolchain where the user's GOTOOLCHAIN allows that.
 * @throws GoMissingError when there is no Go or it is too old.
 */
export async function goEnvironment(
    family: Family,
    platform: Platform,
    base: NodeJS.ProcessEnv = process.env,
): Promise<GoEnvironment> {
    const asked = ["GOVERSION", ...KEPT_SETTINGS];
    let output: string;
    try {
        const cwd = moduleFolder(family);
        output = (await run("go", ["env", "-json", ...asked], { cwd, env: { ...base, GOFLAGS: "-mod=readonly" } }))
            .stdout;
    } catch (error) {
        if (error instanceof CommandError) {
            throw new GoMissingError(error.systemCode === "ENOENT" ? "go is not on PATH" : error.tail);
        }
        throw error;
    }
    const settings = z.record(z.string(), z.string()).parse(JSON.parse(output));
    const env: NodeJS.ProcessEnv = { ...base };
    DROPPED_SETTINGS.forEach((name) => Reflect.deleteProperty(env, name));
    KEPT_SETTINGS.forEach((name) => {
        env[name] = settings[name] ?? "";
    });
    Object.assign(env, fixedSettings(platform));
    const folders = [settings.GOCACHE, settings.GOMODCACHE, settings.GOTMPDIR, base.TMPDIR ?? "/tmp"];
    return {
        version: settings.GOVERSION ?? "",
        env: { HOME: homedir(), ...env },
        folders: folders.filter((folder): folder is string => folder !== undefined && folder !== ""),
    };
}
