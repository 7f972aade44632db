import { findCosign, type SignatureVerdict, type SignatureVerifier } from "../../images/verify/cosign";
import { readSignatures, ruleFor, type SignatureRule } from "../../images/verify/signatures";
import type { StackImage } from "../../images/stackImages";
import { stackImages } from "../../pipeline/images";
import { EXIT } from "../../terminal/commandLine";
import { counted } from "../../terminal/counted";
import { createProgress, type Progress } from "../../terminal/progress";
import { type Cell, paint, table, type Terminal } from "../../terminal/text";
import { type Context, printJson } from "../command";
import { eachImage } from "./eachImage";
import { wantedImages } from "./scan";
import { marked } from "./text";

/** Options of `x0 images verify`. */
export interface VerifyOptions {
    readonly stack: string;
    readonly base?: string;
    readonly json?: boolean;
}

/** An image with what is known about its signature. */
interface VerifiedImage extends SignatureVerdict {
    readonly image: string;
    readonly required: boolean;
    /** Whether the stack names it by its digest, so that what was verified is what runs. */
    readonly pinned: boolean;
}

/** What a verification came to. */
export interface VerifyOutcome {
    readonly stack: string;
    /** Images with a rule. */
    readonly verified: readonly VerifiedImage[];
    /** Images without one. */
    readonly others: readonly string[];
    /** What could not be looked at, as sentences: it fails, or the rest would look complete. */
    readonly faults: readonly string[];
}

/**
 * Verifies the signatures of the images that images/signatures.yaml has a rule for; with a base those alone that the commit
 * changes. @returns the exit code: wrong for a signature by another identity, and for a required one that is missing.
 */
export async function verifyImages({ stack, base, json = false }: VerifyOptions, context: Context): Promise<number> {
    const { checkout } = context.paths;
    const progress = createProgress(process.stderr);
    const rules = readSignatures(checkout);
    const inventory = await stackImages(stack, base, progress, checkout);
    const ruled = wantedImages(inventory).map((image) => ({ image, rule: ruleFor(rules, image) }));
    const wanted = ruled.flatMap(({ image, rule }) => (rule === undefined ? [] : [{ image, rule }]));
    const verified =
        wanted.length === 0 ? [] : await verifyAll(wanted, await findCosign(checkout, context.env), progress);
    const outcome: VerifyOutcome = {
        ...{ stack, verified },
        others: ruled.flatMap(({ image, rule }) => (rule === undefined ? [image.reference] : [])),
        faults: base === undefined && inventory.lacksChart ? inventory.after.notes : [],
    };
    if (json) {
        printJson(outcome);
    } else {
        console.log(verifyText(outcome, context.terminal));
    }
    return isRefused(outcome) ? EXIT.wrong : EXIT.done;
}

function verifyAll(
    wanted: readonly { readonly image: StackImage; readonly rule: SignatureRule }[],
    cosign: SignatureVerifier,
    progress: Progress,
): Promise<VerifiedImage[]> {
    const named = wanted.map((each) => ({ reference: each.image.reference, ...each }));
    return eachImage("Signatures", named, progress, async ({ reference, image, rule }) => {
        const verdict = await cosign.verify(image, rule);
        return { image: reference, required: rule.required, pinned: image.digest !== undefined, ...verdict };
    });
}

/** Whether a verification found something that fails. */
export function isRefused({ verified, faults }: Pick<VerifyOutcome, "verified" | "faults">): boolean {
    return faults.length > 0 || verified.some(fails);
}

function fails({ status, required }: VerifiedImage): boolean {
    return status === "refused" || (status === "unsigned" && required);
}

/** Text of `npx x0 images verify`. */
export function verifyText(
    { stack, verified, others, faults }: VerifyOutcome,
    screen: Pick<Terminal, "columns" | "colour">,
): string {
    const good = verified.filter(({ status }) => status === "verified");
    const rows = verified.map((one): Cell[] => {
        const { status, image, reason } = one;
        return [[status, status === "verified" ? "good" : fails(one) ? "bad" : "warn"], image, reason];
    });
    const unpinned = good.filter(({ pinned }) => !pinned).map(({ image }) => image);
    return [
        paint(`${counted(good.length, "signature")} of ${verified.length} verified in ${stack}`, "bold", screen),
        ...table(rows, screen),
        ...(others.length === 0
            ? []
            : [`  ${counted(others.length, "image")} without a rule in images/signatures.yaml`]),
        ...unpinned.flatMap((image) =>
            marked(
                "note",
                `${image} is verified, but not pinned: another image can take its tag. npx x0 images resolve --stack ${stack}`,
                screen,
            ),
        ),
        ...faults.flatMap((fault) => marked("wrong", fault, screen)),
    ].join("\n");
}
