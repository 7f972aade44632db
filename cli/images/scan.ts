import { StackFile } from "../../engine/stackFile";
import { CannotRun, messageOf } from "../../errors";
import { evaluateScan, type ScannedImage, type SevereFinding } from "../../images/scan/evaluate";
import { readExceptions } from "../../images/scan/exceptions";
import { scanSarif, type SettingLine } from "../../images/scan/sarif";
import { findScanner, type Scanner, type ScannerName } from "../../images/scan/scanner";
import type { VulnerabilitySeverity } from "../../images/scan/severity";
import { vexFiles } from "../../images/scan/vex";
import type { StackImage } from "../../images/stackImages";
import { today } from "../../pipeline/costs";
import { type ImageInventory, stackImages } from "../../pipeline/images";
import { EXIT } from "../../terminal/commandLine";
import { createProgress, type Progress } from "../../terminal/progress";
import { type Context, printJson, writeJson } from "../command";
import { eachImage } from "./eachImage";
import type { ScanOutcome } from "./scanOutcome";
import { scanText } from "./scanText";

/** Options of `x0 images scan`. */
export interface ScanOptions {
    readonly stack: string;
    readonly base?: string;
    readonly scanner: ScannerName;
    readonly failOn: VulnerabilitySeverity;
    readonly unfixed?: boolean;
    readonly sarif?: string;
    readonly json?: boolean;
}

/**
 * Scans the images of a stack for known vulnerabilities; with a base those alone that the commit changes.
 * @returns the exit code: wrong for a severe vulnerability without an exception, an exception that has ended, and an image
 * that could not be scanned.
 */
export async function scanImages(options: ScanOptions, context: Context): Promise<number> {
    const { stack, base, scanner: name, failOn, unfixed = false, sarif, json = false } = options;
    const { checkout } = context.paths;
    const progress = createProgress(process.stderr);
    // Before anything that takes long.
    const exceptions = readExceptions(checkout);
    const vex = vexFiles(checkout);
    const inventory = await stackImages(stack, base, progress, checkout);
    const wanted = wantedImages(inventory);
    const scanner = wanted.length === 0 ? undefined : await findScanner(name, context.env);
    const { scanned, faults } = scanner === undefined ? NOTHING : await scanAll(wanted, scanner, vex, progress);
    const result = evaluateScan(scanned, { failOn, includeUnfixed: unfixed, exceptions, today: today() });
    const outcome: ScanOutcome = {
        ...result,
        stack,
        ...(scanner === undefined ? {} : { scanner: `${scanner.name} ${scanner.version}` }),
        images: scanned.map(({ image }) => image.reference),
        faults: [...(base === undefined && inventory.lacksChart ? inventory.after.notes : []), ...faults],
    };
    if (sarif !== undefined) {
        const tool = scanner ?? { name, version: "" };
        writeJson(
            sarif,
            scanSarif(result.severe, { name: tool.name, version: tool.version }, stack, lines(checkout, stack)),
        );
    }
    if (json) {
        printJson(outcome);
    } else {
        console.log(scanText(outcome, failOn, context.terminal));
    }
    return isWrong(outcome) ? EXIT.wrong : EXIT.done;
}

const NOTHING = { scanned: [], faults: [] };

/** Whether a scan found something that fails. */
export function isWrong({ severe, ended, faults }: ScanOutcome): boolean {
    return severe.some(({ exception }) => exception === undefined) || ended.length > 0 || faults.length > 0;
}

/** Images that pods run; where a version is compared with, those alone that it does not have. */
export function wantedImages({ after, added }: Pick<ImageInventory, "after" | "added">): StackImage[] {
    return after.images.filter(({ runs, reference }) => runs && (added === undefined || added.has(reference)));
}

async function scanAll(images: readonly StackImage[], scanner: Scanner, vex: readonly string[], progress: Progress) {
    const scanned: ScannedImage[] = [];
    const faults: string[] = [];
    await eachImage(`Scan by ${scanner.name}`, images, progress, async (image) => {
        try {
            scanned.push({ image, report: await scanner.scan(image.reference, vex) });
        } catch (error) {
            if (error instanceof CannotRun) {
                throw error;
            }
            faults.push(`${image.reference} could not be scanned: ${messageOf(error)}`);
        }
    });
    return { scanned, faults };
}

/** The line of the stack file that names an image: its digest, else its tag, else the section. */
function lines(checkout: string, stack: string): (finding: SevereFinding) => SettingLine {
    const file = StackFile.open(checkout, stack);
    return ({ image: { setting } }) => {
        const paths = [setting?.digest, setting?.isChartValue === true ? "monitoring.chart" : setting?.names];
        const line = Math.max(...paths.map((path) => (path === undefined ? 1 : file.lineOf(path))));
        return { file: `Pulumi.${stack}.yaml`, line };
    };
}
