/** The version that the stand-in says it is: the official plugin's that the project pins. */
export const VERSION = "4.34.2";

/** What to do about something that only the official plugin serves. */
export const OFFICIAL_HINT = `install the official plugin: pulumi plugin install resource kubernetes ${VERSION}`;
