/** Seconds per unit of a duration. */
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

const DURATION = /^([1-9]\d{0,6})([smh])$/;

/** Seconds of a duration such as `24h`, `90m` or `30s`; `undefined` if the text is not a duration. */
export function parseDuration(text: string): number | undefined {
    const [, digits, unit = ""] = DURATION.exec(text) ?? [];
    const factor = SECONDS[unit];
    return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** Formats seconds in the largest unit that keeps the number whole: 14400 is `4h`. */
export function formatDuration(seconds: number): string {
    const whole = Math.floor(seconds);
    const unit = whole % 3_600 === 0 ? "h" : whole % 60 === 0 ? "m" : "s";
    return `${whole / (SECONDS[unit] ?? 1)}${unit}`;
}
