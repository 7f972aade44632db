import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { z } from "zod";

/** A tar header and each block of content. */
const BLOCK = 512;

/** Fields of a tar header (POSIX ustar): offset and length. */
const NAME = [0, 100] as const;
const SIZE = [124, 12] as const;

const chartSchema = z.object({ name: z.string(), version: z.string() });

/** What a chart says of itself. */
export type PackedChart = z.output<typeof chartSchema>;

/**
 * Reads `<folder>/Chart.yaml` of a packed chart.
 * @throws Error when the file is not a packed chart.
 */
export function readPackedChart(file: Buffer): PackedChart {
    const tar = gunzipSync(file);
    for (let at = 0; at + BLOCK <= tar.length;) {
        const name = field(tar, at, NAME);
        const size = Number.parseInt(field(tar, at, SIZE), 8) || 0;
        if (/^[^/]+\/Chart\.yaml$/.test(name)) {
            return chartSchema.parse(parse(tar.toString("utf8", at + BLOCK, at + BLOCK + size)));
        }
        at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    }
    throw new Error("no Chart.yaml in it");
}

function field(tar: Buffer, header: number, [offset, length]: readonly [number, number]): string {
    return tar.toString("utf8", header + offset, header + offset + length).replace(/\0.*$/s, "");
}
