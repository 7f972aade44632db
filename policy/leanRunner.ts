import Module from "node:module";
import { setFlagsFromString } from "node:v8";

/**
 * Loaded before the program of the SDK that runs policy packs (`nodeargs` in PulumiPolicy.yaml). For every pack that
 * program loads the TypeScript compiler and opens V8's inspector, half of the time that this one takes to start. This
 * one is compiled beforehand and serializes no functions, so these modules get a stand-in that does nothing.
 */
const STAND_INS: Readonly<Record<string, object>> = {
    "@pulumi/pulumi/tsutils": {
        loadTypeScriptCompilerOptions: () => ({}),
        typeScriptRequireStrings: () => ({ typescriptRequire: __filename, tsnodeRequire: __filename }),
    },
    "@pulumi/pulumi/runtime/closure/v8Hooks": { isInitializedAsync: () => Promise.resolve() },
};

/** What the SDK calls of ts-node. */
export function register(): void {
    // Nothing is compiled.
}

/** What the SDK reads of TypeScript: no version that it knows. */
export const VERSION = "";

for (const [name, exports] of Object.entries(STAND_INS)) {
    try {
        const file = require.resolve(name, { paths: [process.cwd()] });
        require.cache[file] = Object.assign(new Module(file), { loaded: true, exports });
    } catch {
        // An SDK that has no such module loads what it has, and the pack starts as any other.
    }
}

/** From this major version on (Node 22) V8 has no such setting, but Maglev, a compiler that costs less. */
const V8_WITHOUT_BUDGET = 12;

/**
 * Bytes of bytecode that a function runs before V8 thinks of optimizing it; its own default is 67,584. The process of a
 * pack judges a stack once, in a second or two: what V8 spends on optimizing that code does not come back until a stack
 * has some thousand resources.
 */
const BUDGET = 600_000;

if (Number.parseInt(process.versions.v8, 10) < V8_WITHOUT_BUDGET) {
    setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
