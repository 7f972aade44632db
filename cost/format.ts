import { GIB, MIB } from "../policy/cost/amounts";

/** Amounts as people read them. */
export const amount = {
    /** Thousandths of a core, e.g. `250m` or `2`. */
    cpu: (milli: number): string => (milli % 1000 === 0 ? `${milli / 1000}` : `${Math.round(milli)}m`),
    /** Bytes in Mi below a Gi, else in Gi, with two decimals at most. */
    bytes: (bytes: number): string =>
        Math.abs(bytes) < GIB ? `${trimmed(bytes / MIB, 0)}Mi` : `${trimmed(bytes / GIB, 2)}Gi`,
    /** Money with two decimals. */
    money: (value: number, currency: string): string => `${value.toFixed(2)} ${currency}`,
    /** Money with its sign, e.g. `+1.50 USD`. */
    change: (value: number, currency: string): string => `${sign(value)}${Math.abs(value).toFixed(2)} ${currency}`,
    /** A relative change, e.g. `+12.5 %`; empty where there was nothing before. */
    percent: (before: number, after: number): string => {
        if (before === 0) {
            return "";
        }
        const percent = ((after - before) / before) * 100;
        return `${sign(percent)}${Math.abs(percent).toFixed(1)} %`;
    },
};

function trimmed(value: number, decimals: number): string {
    return String(Number(value.toFixed(decimals)));
}

function sign(value: number): string {
    return Math.abs(value) < 0.005 ? "±" : value < 0 ? "-" : "+";
}
