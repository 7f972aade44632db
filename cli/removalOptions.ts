import { Option } from "@commander-js/extra-typings";

/** Common options of the commands that remove objects. */
export interface RemovalOptions {
    readonly stack?: string;
    readonly confirm?: string;
    readonly allowProd?: boolean;
    readonly dryRun?: boolean;
}

/** `--confirm`. */
export function confirmOption() {
    return new Option("--confirm <name>", "the stack's name, instead of the prompt; required without a terminal");
}

/** `--dry-run`, with what it shows. */
export function dryRunOption(description: string) {
    return new Option("--dry-run", description);
}

/** `--allow-prod`. */
export function allowProdOption() {
    return new Option("--allow-prod", "required for stack prod");
}
