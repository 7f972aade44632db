import { build as bundle, type BuildOptions, type Metafile, type Plugin } from "esbuild";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { writeTerms } from "./notices";

/** The part of the Pulumi SDK that @pulumi/policy uses. */
const LEAN_SDK = `
export * as asset from "@pulumi/pulumi/asset";
export { Output } from "@pulumi/pulumi/output";
`;

/**
 * Bundles the pack and @pulumi/policy. The latter loads the whole Pulumi SDK, package manager and TypeScript included, for
 * two of its classes; it gets just these, from the modules that the policy runner has loaded anyway. That more than halves
 * the time the pack itself adds to its start.
 */
const leanSdk: Plugin = {
    name: "lean-sdk",
    setup(build) {
        build.onResolve({ filter: /^@pulumi\/pulumi$/ }, () => ({ path: "sdk", namespace: "lean" }));
        build.onLoad({ filter: /.*/, namespace: "lean" }, () => ({ contents: LEAN_SDK, resolveDir: __dirname }));
        build.onResolve({ filter: /^(@pulumi\/pulumi\/|@grpc\/|google-protobuf)/ }, (module) => ({
            path: module.path,
            external: true,
        }));
    },
};

/** What the SDK does anew for every policy, though it is the same for all: by module, the functions. */
const ONCE: Readonly<Record<string, readonly string[]>> = {
    deserialize: ["exports.deserializeProperties"],
    proxy: ["exports.unknownCheckingProxy"],
    server: ["getResourceOptions", "getProviderResource", "getPropertyDependencies"],
};

/** Added to such a module: each function remembers what it made of an object. */
const REMEMBER = `
const once = (make) => {
    const made = new WeakMap();
    return (from, ...more) => {
        // More arguments: remediation asks for secrets, and changes what it gets.
        if (more.some(Boolean)) return make(from, ...more);
        if (!made.has(from)) made.set(from, make(from, ...more));
        return made.get(from);
    };
};
`;

/** What {@link SKIP_OTHERS} uses, by the name that the SDK's server knows it by. */
const SKIP_USES = [
    "function makeAnalyzeRpcFun(",
    "protoutil_1.makeAnalyzeResponse(",
    "function makeRemediateRpcFun(",
    "protoutil_1.makeRemediateResponse(",
    "policyPackConfig[p.name]",
];

/**
 * Added to the SDK's server: the pack may ask for the configured level of a policy (`index.ts`). No policy is asked about a
 * resource that is none of Kubernetes, since none judges it, and none is asked to fix one unless the level of one is
 * `remediate`.
 */
const SKIP_OTHERS = `
exports.configuredLevel = (name) => policyPackConfig[name]?.enforcementLevel;
const isOurs = (call) => call.request.getType().startsWith("kubernetes:");
const analyzeAny = makeAnalyzeRpcFun;
makeAnalyzeRpcFun = (...pack) => {
    const analyze = analyzeAny(...pack);
    return (call, callback) => {
        if (isOurs(call)) return analyze(call, callback);
        return callback(undefined, protoutil_1.makeAnalyzeResponse([], undefined));
    };
};
const remediateAny = makeRemediateRpcFun;
makeRemediateRpcFun = (name, version, packLevel, policies) => {
    const remediate = remediateAny(name, version, packLevel, policies);
    const mends = (p) => (policyPackConfig[p.name]?.enforcementLevel || p.enforcementLevel || packLevel) === "remediate";
    return (call, callback) => {
        if (isOurs(call) && policies.some(mends)) return remediate(call, callback);
        return callback(undefined, protoutil_1.makeRemediateResponse([], undefined));
    };
};
`;

/**
 * Lets the SDK read a resource once in place of once for each policy, which is most of what a policy costs. None of ours
 * changes what it is shown.
 */
const readOnce: Plugin = {
    name: "read-once",
    setup(build) {
        build.onLoad({ filter: /@pulumi[\\/]policy[\\/](?:deserialize|proxy|server)\.js$/ }, async ({ path: file }) => {
            const text = await readFile(file, "utf8");
            const wrapped = (ONCE[path.basename(file, ".js")] ?? []).map((name) => {
                if (!text.includes(`function ${name.replace("exports.", "")}(`)) {
                    throw new Error(`${file}: no ${name}`);
                }
                return `${name} = once(${name});`;
            });
            const skip = path.basename(file) === "server.js" ? [SKIP_OTHERS] : [];
            if (skip.length > 0 && !SKIP_USES.every((part) => text.includes(part))) {
                throw new Error(`${file}: changed`);
            }
            return { contents: [text, REMEMBER, ...wrapped, ...skip].join("\n") };
        });
    },
};

/** Stands for `exceptions.ts` in a program: reads the file beside it. Without the file nothing is excepted. */
const READ_EXCEPTIONS = `
import { existsSync } from "node:fs";
import { join } from "node:path";
const file = join(__dirname, "exceptions.js");
export const { EXCEPTIONS } = existsSync(file) ? require(file) : { EXCEPTIONS: [] };
`;

/** Keeps this project's own exceptions out of the programs, since those go to other projects too. */
const ownExceptions: Plugin = {
    name: "own-exceptions",
    setup(build) {
        build.onResolve({ filter: /^\.\.?\/exceptions$/ }, () => ({ path: "exceptions", namespace: "own" }));
        build.onLoad({ filter: /.*/, namespace: "own" }, () => ({ contents: READ_EXCEPTIONS }));
    },
};

/** What the programs have in common. */
const common: BuildOptions = {
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "warning",
};

/** The pack, which the Pulumi CLI starts. */
const pack: BuildOptions = {
    ...common,
    entryPoints: [path.join(__dirname, "index.ts")],
    outfile: path.join(__dirname, "bin", "index.js"),
    plugins: [leanSdk, readOnce, ownExceptions],
};

/** What spares the pack a part of the SDK. */
const leanRunner: BuildOptions = {
    ...common,
    entryPoints: [path.join(__dirname, "leanRunner.ts")],
    outfile: path.join(__dirname, "bin", "leanRunner.js"),
};

/** The command that checks manifests. */
const command: BuildOptions = {
    ...common,
    entryPoints: [path.join(__dirname, "cli", "main.ts")],
    outfile: path.join(__dirname, "bin", "check.js"),
    banner: { js: "#!/usr/bin/env node" },
    plugins: [ownExceptions],
};

/** This project's own exceptions, which the package for others (`files` in package.json) does not contain. */
const exceptions: BuildOptions = {
    ...common,
    entryPoints: [path.join(__dirname, "exceptions.ts")],
    outfile: path.join(__dirname, "bin", "exceptions.js"),
};

/** Bundles a program, and gives what is in it. A file is replaced as a whole: another build or a starting pack never sees half of it. */
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
    const results = await Promise.allSettled([exceptions, pack, leanRunner, command].map(write));
    // esbuild has said why.
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
