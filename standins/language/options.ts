import type { PropertyMap } from "../protocol/values";

/** Runtime options of Pulumi.yaml or PulumiPolicy.yaml. */
export interface NodeOptions {
    /** Compile TypeScript while loading. Default true. */
    typescript: boolean;
    /** Path of the tsconfig.json to use; "" for the program's own. */
    tsconfig: string;
    /** Arguments for Node itself, as a shell would split them. */
    nodeArgs: string[];
    /** npm, yarn, pnpm or bun; default npm. */
    packageManager: string;
}

/** Package managers that dependencies can be installed with. */
const PACKAGE_MANAGERS = ["npm", "yarn", "pnpm", "bun"];

/** An option that is text. @throws Error naming it when it is something else. */
function textOption(options: PropertyMap, name: string, fallback: string): string {
    const value = options[name] ?? fallback;
    if (typeof value !== "string") {
        throw new Error(`runtime option "${name}" must be a string`);
    }
    return value;
}

/** Splits a command line like a shell: spaces separate, single and double quotes join. */
export function splitArguments(line: string): string[] {
    return [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) =>
        word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""),
    );
}

/** Reads the runtime options. @throws Error naming the option that cannot be used. */
export function parseOptions(options: PropertyMap): NodeOptions {
    const typescript = options.typescript ?? true;
    if (typeof typescript !== "boolean") {
        throw new Error('runtime option "typescript" must be true or false');
    }
    const packageManager = textOption(options, "packagemanager", "npm");
    if (packageManager !== "auto" && !PACKAGE_MANAGERS.includes(packageManager)) {
        throw new Error(
            `runtime option "packagemanager" must be one of auto, ${PACKAGE_MANAGERS.join(", ")}, got "${packageManager}"`,
        );
    }
    return {
        typescript,
        tsconfig: textOption(options, "tsconfig", ""),
        nodeArgs: splitArguments(textOption(options, "nodeargs", "")),
        packageManager: packageManager === "auto" ? "npm" : packageManager,
    };
}

/** The environment variables that tell the SDK's runner about the options. */
export function optionVariables(options: NodeOptions): Record<string, string> {
    return {
        ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
        ...(options.tsconfig === "" ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
    };
}
