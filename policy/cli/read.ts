import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { renderFolder } from "../helm/chartFolder";
import { readDocuments, type Documents } from "../manifests/documents";
import { findFiles, readText, reasonOf, type Failure } from "../manifests/inputs";
import type { SourcePlace } from "./violation";

/** Content of the inputs. */
export interface ReadInputs {
    /** Files that were read, and chart templates that rendered objects, in order. */
    readonly files: readonly string[];
    /** The objects. */
    readonly places: readonly SourcePlace[];
    /** Inputs that could not be used. */
    readonly failures: readonly Failure[];
    /** Number of documents that are not Kubernetes objects. */
    readonly skipped: number;
}

/** Reads all objects in files and folders, charts included. */
export function readInputs(
    inputs: readonly string[],
    { exclude, namespace }: { readonly exclude?: readonly string[]; readonly namespace?: string },
): ReadInputs {
    const { files, named, charts, failures } = findFiles(inputs, exclude);
    const found = [...failures];
    const places: SourcePlace[] = [];
    let skipped = 0;
    for (const file of files) {
        const { manifests, faults, ...others } = readFile(file, named.has(file));
        skipped += others.skipped;
        found.push(...faults.map((message) => ({ file, message })));
        places.push(...manifests.map((manifest) => ({ file, manifest })));
    }
    for (const chart of charts) {
        const { manifests, faults } = isLibrary(chart) ? NOTHING : readChart(chart, namespace);
        found.push(...faults.map((message) => ({ file: chart, message })));
        places.push(...manifests.map((manifest) => ({ file: templateFile(chart, manifest.template), manifest })));
    }
    const all = [...files, ...new Set(places.map(({ file }) => file))];
    return { files: [...new Set(all)], places, failures: found, skipped };
}

/** An input without documents. */
const NOTHING: Documents = { manifests: [], faults: [], skipped: 0 };

function readFile(file: string, named: boolean): Documents {
    try {
        const documents = readDocuments(readText(file));
        const empty = documents.manifests.length + documents.faults.length === 0;
        if (empty && file === "-" && documents.skipped === 0) {
            return { ...NOTHING, faults: ["Standard input is empty."] };
        }
        // Other files are usual in a folder; a file named on the command line is meant to be evaluated.
        if (empty && named && documents.skipped > 0) {
            return { ...documents, faults: ["It contains no Kubernetes object: apiVersion and kind are missing."] };
        }
        return documents;
    } catch (error) {
        return { ...NOTHING, faults: [reasonOf(error)] };
    }
}

/** Objects of a chart. They are located by template: rendered objects have no line in any file. */
function readChart(chart: string, namespace: string | undefined): Documents {
    const { output, error } = renderFolder(chart, namespace);
    if (output === undefined) {
        return { ...NOTHING, faults: [`The chart cannot be rendered. ${error}`] };
    }
    const documents = readDocuments(output);
    return {
        ...documents,
        manifests: documents.manifests.map((manifest) => ({
            ...manifest,
            positionOf: () => ({ line: 1, column: 1 }),
        })),
    };
}

/** The file of a template, which helm prefixes with the chart's name. */
function templateFile(chart: string, template: string | undefined): string {
    const file = path.join(chart, ...(template?.split("/").slice(1) ?? []));
    return existsSync(file) ? file : chart;
}

/** Whether a chart is a library chart, which renders no objects. */
function isLibrary(chart: string): boolean {
    return /^type:\s*["']?library\b/m.test(readFileSync(path.join(chart, "Chart.yaml"), "utf8"));
}
