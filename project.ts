import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** Nearest folder, from `folder` upwards, with `Pulumi.yaml`; works for the sources and for bundles. */
function rootFrom(folder: string): string {
    const parent = dirname(folder);
    return existsSync(join(folder, "Pulumi.yaml")) || parent === folder ? folder : rootFrom(parent);
}

/** Root folder of this checkout; absolute. */
export const PROJECT_ROOT = rootFrom(__dirname);
