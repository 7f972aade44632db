import { build as bundle, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import { mkdir, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { writeTerms } from "./notices";

/**
 * Replaces `@pulumi/pulumi` in the bundle of @pulumi/policy, which imports the whole SDK for two of its classes.
 * These two come from their own modules of the SDK; access to anything else loads the whole SDK.
 *
 * The Pulumi CLI starts the pack like any other. The runner of policy packs always loads the TypeScript compiler and V8's
 * inspector. docs/policy-guide.md gives the measured cost.
 */
const LAZY_SDK = `
const parts = { asset: () => require("@pulumi/pulumi/asset"), Output: () => require("@pulumi/pulumi/output").Output };
module.exports = new Proxy({}, {
    get: (_, name) => (Object.hasOwn(parts, name) ? parts[name]() : require("@pulumi/pulumi")[name]),
});
`;

/** Bundles @pulumi/policy into the pack, but not the modules of the Pulumi SDK, which the runner has already loaded. */
const lazySdk: Plugin = {
    name: "lazy-sdk",
    setup(build) {
        build.onResolve({ filter: /^@pulumi\/pulumi$/ }, ({ path: module, namespace }) =>
            namespace === "lazy" ? { path: module, external: true } : { path: "sdk", namespace: "lazy" },
        );
        build.onLoad({ filter: /.*/, namespace: "lazy" }, () => ({ contents: LAZY_SDK, resolveDir: __dirname }));
        build.onResolve({ filter: /^(@pulumi\/pulumi\/|@grpc\/|google-protobuf)/ }, (module) => ({
            path: module.path,
            external: true,
        }));
    },
};

/**
 * Replaces the decoder in the bundle of @pulumi/policy, which decodes the properties of a resource again for each policy. No
 * policy of this pack changes them, so each message is decoded once. Remediations change them, and decode with `proxySecrets`.
 */
const DECODE_ONCE = `
const decoder = require("./deserialize.js");
if (typeof decoder.deserializeProperties !== "function") {
    throw new Error("@pulumi/policy has another decoder: see DECODE_ONCE in policy/build.ts.");
}
const decoded = new WeakMap();
function deserializeProperties(message, proxySecrets) {
    if (proxySecrets) {
        return decoder.deserializeProperties(message, proxySecrets);
    }
    if (!decoded.has(message)) {
        decoded.set(message, decoder.deserializeProperties(message, proxySecrets));
    }
    return decoded.get(message);
}
module.exports = { ...decoder, deserializeProperties };
`;

/** Makes @pulumi/policy decode each resource once. The build fails where an update of it has no such module any more. */
const decodeOnce: Plugin = {
    name: "decode-once",
    setup(build) {
        let replaced = false;
        build.onResolve({ filter: /^\.\/deserialize$/ }, ({ resolveDir }) => {
            replaced = true;
            return { path: "decoder", namespace: "decode-once", pluginData: resolveDir };
        });
        build.onEnd(() => ({
            errors: replaced ? [] : [{ text: "@pulumi/policy has no module ./deserialize: see DECODE_ONCE." }],
        }));
        build.onLoad({ filter: /.*/, namespace: "decode-once" }, ({ pluginData: resolveDir }) => ({
            contents: DECODE_ONCE,
            resolveDir: String(resolveDir),
        }));
    },
};

/**
 * Replaces `exceptions.ts` in a program: reads the exceptions from a file next to the program. Without the file there
 * are none.
 */
const READ_EXCEPTIONS = `
import { existsSync } from "node:fs";
import { join } from "node:path";
const file = join(__dirname, "exceptions.js");
export const { EXCEPTIONS } = existsSync(file) ? require(file) : { EXCEPTIONS: [] };
`;

/** Keeps this project's own exceptions out of the programs, which other projects use too. */
const ownExceptions: Plugin = {
    name: "own-exceptions",
    setup(build) {
        build.onResolve({ filter: /^\.\.?\/exceptions$/ }, () => ({ path: "exceptions", namespace: "own" }));
        build.onLoad({ filter: /.*/, namespace: "own" }, () => ({ contents: READ_EXCEPTIONS }));
    },
};

/** Build options shared by all programs. */
const common: BuildOptions = {
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "warning",
};

/** The policy pack, started by the Pulumi CLI. */
const pack: BuildOptions = {
    ...common,
    entryPoints: [path.join(__dirname, "index.ts")],
    outfile: path.join(__dirname, "bin", "index.js"),
    plugins: [lazySdk, decodeOnce, ownExceptions],
};

/** The command that checks manifests. */
const command: BuildOptions = {
    ...common,
    entryPoints: [path.join(__dirname, "cli", "main.ts")],
    outfile: path.join(__dirname, "bin", "check.js"),
    banner: { js: "#!/usr/bin/env node" },
    plugins: [ownExceptions],
};

/** This project's own exceptions. The published package (`files` in package.json) does not contain them. */
const exceptions: BuildOptions = {
    ...common,
    entryPoints: [path.join(__dirname, "exceptions.ts")],
    outfile: path.join(__dirname, "bin", "exceptions.js"),
};

/**
 * Bundles a program and returns the metafile. The file is replaced atomically: a concurrent build or a starting pack
 * never reads a partial file.
 */
async function write(options: BuildOptions): Promise<Metafile> {
    const { outputFiles, metafile } = await bundle({ ...options, write: false, metafile: true });
    for (const { path: file, contents } of outputFiles) {
        const fresh = `${file}.${process.pid}`;
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(fresh, contents, { mode: options === command ? 0o755 : 0o644 });
        await rename(fresh, file);
    }
    return metafile;
}

async function main(): Promise<void> {
    const results = await Promise.allSettled([exceptions, pack, command].map(write));
    // esbuild has already printed the error.
    if (results.some(({ status }) => status === "rejected")) {
        process.exitCode = 1;
        return;
    }
    writeTerms(
        results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
        __dirname,
    );
}

void main();
