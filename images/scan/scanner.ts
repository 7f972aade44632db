import { z } from "zod";
import { CannotRun } from "../../errors";
import { CommandError } from "../../process/run";
import { visibleText } from "../../terminal/foreign";
import { GRYPE } from "../../tools/releases";
import { type PinnedProgram, pinnedPath, runAlone, TRIVY_PROGRAM } from "../pinnedProgram";
import { grypeArguments, readGrype } from "./grype";
import type { ScanReport } from "./report";
import { readTrivy, trivyArguments } from "./trivy";

/** What the scanners say when they have no database of vulnerabilities, or one that is too old. */
const NO_DATABASE = /vulnerability db|vulnerability database|db.*(?:too old|does not exist|download)|skip-db-update/i;

/** Names of the scanners. */
export const SCANNERS = ["grype", "trivy"] as const;

/** Name of a scanner. */
export type ScannerName = (typeof SCANNERS)[number];

/** How a scanner is called and read. */
interface ScannerSpec extends PinnedProgram {
    readonly arguments: (image: string, vex: readonly string[], config: string) => string[];
    readonly read: (report: unknown) => ScanReport;
    /** Command that fetches its database. */
    readonly database: string;
}

const SPECS: Readonly<Record<ScannerName, ScannerSpec>> = {
    grype: {
        name: "grype",
        version: GRYPE,
        versionArgs: ["version"],
        arguments: grypeArguments,
        read: readGrype,
        install: `go install -ldflags "-X main.version=${GRYPE}" github.com/anchore/grype/cmd/grype@v${GRYPE}`,
        database: "grype db update",
    },
    trivy: {
        ...TRIVY_PROGRAM,
        arguments: trivyArguments,
        read: readTrivy,
        database: "trivy image --download-db-only",
    },
};

/** A scanner on PATH. */
export interface Scanner {
    readonly name: ScannerName;
    /** Version that it reports. */
    readonly version: string;
    /**
     * Scans one image.
     * @throws CannotRun without a database of vulnerabilities, which no image can be scanned without; Error with the
     * scanner's own words for anything else.
     */
    scan(image: string, vex: readonly string[]): Promise<ScanReport>;
}

/**
 * The scanner on PATH, at exactly the pinned version: another one may find other vulnerabilities or print another report.
 * @throws CannotRun with the command that installs it, verified by the Go checksum database.
 */
export async function findScanner(name: ScannerName, env: NodeJS.ProcessEnv): Promise<Scanner> {
    const spec = SPECS[name];
    const path = await pinnedPath(spec, env);
    return { name, version: spec.version, scan: (image, vex) => scanImage(name, path, image, vex, env) };
}

async function scanImage(
    name: ScannerName,
    path: string,
    image: string,
    vex: readonly string[],
    env: NodeJS.ProcessEnv,
): Promise<ScanReport> {
    const spec = SPECS[name];
    try {
        const args = (config: string) => spec.arguments(image, vex, config);
        return readReport(await runAlone(path, args, withoutOptions(env)), name, spec);
    } catch (error) {
        if (error instanceof CommandError && NO_DATABASE.test(error.tail)) {
            throw new CannotRun(
                `${name} has no current database of vulnerabilities: ${visibleText(error.tail)}`,
                spec.database,
            );
        }
        throw error;
    }
}

/** The environment without variables that set options of a scanner, such as `GRYPE_IGNORE` or `TRIVY_SEVERITY`. Those that say where its database is stay. */
function withoutOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const isOption = (name: string) =>
        /^(GRYPE|TRIVY)_/.test(name) &&
        !/^(GRYPE_DB_|TRIVY_(CACHE_DIR|DB_|USERNAME|PASSWORD|REGISTRY_TOKEN))/.test(name);
    return Object.fromEntries(Object.entries(env).filter(([name]) => !isOption(name)));
}

function readReport(output: string, name: ScannerName, spec: ScannerSpec): ScanReport {
    try {
        return spec.read(JSON.parse(output));
    } catch (error) {
        if (error instanceof SyntaxError || error instanceof z.ZodError) {
            throw new Error(`${name} ${spec.version} printed something else than its report in JSON`, { cause: error });
        }
        throw error;
    }
}
