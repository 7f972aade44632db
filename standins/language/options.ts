import type { PropertyMap } from "../protocol/values";

/** Runtime options of Pulumi.yaml or PulumiPolicy.yaml. */
interface NodeOptions {
    /** Whether to compile TypeScript on load. Default: true. */
    typescript: boolean;
}

/** Parses the runtime options. @throws Error that names the unsupported option. */
export function parseOptions({ typescript = true, packagemanager = "npm", ...others }: PropertyMap): NodeOptions {
    if (typeof typescript !== "boolean") {
        throw new Error('runtime option "typescript" must be true or false');
    }
    const [unserved] = [...(packagemanager === "npm" ? [] : ["packagemanager"]), ...Object.keys(others)];
    if (unserved !== undefined) {
        throw new Error(
            `runtime option "${unserved}" is not served by the stand-in language host: leave it unset, or put the official ` +
                "pulumi-language-nodejs on PATH",
        );
    }
    return { typescript };
}

/** Environment variables that pass the options to the SDK's runner. */
export function optionVariables({ typescript }: NodeOptions): Record<string, string> {
    return typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {};
}
