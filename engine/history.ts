import { z } from "zod";
import type { Place } from "./place";

const updateSchema = z
    .object({
        kind: z.string(),
        result: z.string(),
        startTime: z.string(),
        endTime: z.string().optional(),
        resourceChanges: z.record(z.string(), z.number()).nullish(),
    })
    .transform(({ startTime, endTime, resourceChanges, ...update }) => ({
        ...update,
        startedAt: new Date(startTime),
        endedAt: endTime === undefined ? undefined : new Date(endTime),
        changes: resourceChanges ?? {},
    }));

/** A finished update of a stack. One that was killed is not among them. */
export type Update = z.output<typeof updateSchema>;

/** The last updates of a stack, newest first. */
export async function readHistory(place: Place, count: number): Promise<Update[]> {
    const { code, stdout } = await place.cli.call([
        ...["stack", "history", "--json", "--stack", place.stack, "--page-size", String(count)],
    ]);
    return code === 0 && stdout.trim() !== "" ? z.array(updateSchema).parse(JSON.parse(stdout)) : [];
}
