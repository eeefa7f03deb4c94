import { accessSync, constants, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { daysBetween } from "../core/day.ts";
import { broken, type Check, freeSpace, networkFileSystem, ok, unknown, warn } from "../core/health.ts";
import type { Day } from "../core/types.ts";
import { listBackups } from "../store/backups.ts";
import { diskOf } from "../store/disk.ts";

/** What lies in a company folder, and who but its owner may do what with it. */
const PRIVATE = [
  "dunning.db",
  "dunning.db-wal",
  "dunning.db-shm",
  "dunning.db-journal",
  "dunning.lock",
  "sent.jsonl",
];
const FOLDERS = ["drafts", "backups"];
/** Nobody else may write to these: texts and rules are code. */
const OWN = ["dunning.yaml", "templates"];

interface Look {
  readonly name: string;
  /** Mode bits that nobody else may have. */
  readonly forbidden: number;
}

/** The files of a company: modes, owner, links. Windows knows no modes. */
export function modesCheck(folder: string, letters: string): Check {
  const id = "modes";
  if (process.platform === "win32") return unknown(id, "this system has no such modes");
  const looks: Look[] = [
    ...PRIVATE.map((name) => ({ name, forbidden: 0o077 })),
    ...[...FOLDERS, letters].map((name) => ({ name, forbidden: 0o022 })),
    ...OWN.map((name) => ({ name, forbidden: 0o022 })),
    { name: ".", forbidden: 0o022 },
  ];
  const uid = process.getuid?.();
  const wrong: string[] = [];
  const mend: string[] = [];
  for (const { name, forbidden } of looks) {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (stat.isSymbolicLink() && name !== "templates" && name !== "dunning.yaml") {
      wrong.push(`${name} is a symbolic link`);
      mend.push(`move ${name} away`);
    } else if (uid !== undefined && stat.uid !== uid) {
      wrong.push(`${name} belongs to user ${stat.uid}`);
      mend.push(`chown ${name}`);
    } else if ((stat.mode & forbidden) !== 0) {
      const mode = (stat.mode & 0o777).toString(8).padStart(4, "0");
      wrong.push(`${name} has mode ${mode}`);
      mend.push(`chmod ${forbidden === 0o077 ? "600" : "go-w"} ${path}`);
    }
  }
  return wrong.length === 0
    ? ok(id, "nobody else can change the company's files, or read the store")
    : warn(id, wrong.join(", "), mend.join("; "));
}

/** Whether this user can write where the store lies. */
export function writableCheck(folder: string): Check {
  try {
    accessSync(folder, constants.W_OK);
    const file = join(folder, "dunning.db");
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) accessSync(file, constants.W_OK);
    return ok("writable", "the folder and the store can be written to");
  } catch {
    return broken(
      "writable",
      73,
      "this user may not write to the folder or the store",
      "check the owner and mode of the folder and of dunning.db",
    );
  }
}

export function diskChecks(folder: string): readonly Check[] {
  const { free, type } = diskOf(folder);
  const size = statSync(join(folder, "dunning.db"), { throwIfNoEntry: false })?.size ?? 0;
  const network = networkFileSystem(type);
  return [
    freeSpace(free, size),
    network === null
      ? ok("file-system", "a local disk")
      : warn(
          "file-system",
          `the folder lies on ${network}: its locks cannot be relied on, and the store may be damaged`,
          "move the company folder to a local disk; copy backups to the network instead",
        ),
  ];
}

const OLD_DAYS = 7;

/** `keep` 0: the company makes its copies in another way. */
export function backupCheck(folder: string, keep: number, today: Day): Check {
  const id = "backup";
  const place = join(folder, "backups");
  const [newest] = listBackups(place);
  if (newest === undefined)
    return keep === 0
      ? warn(
          id,
          "backups.keep is 0: no copies are made",
          "set backups.keep, or copy with dunning backup FILE",
        )
      : warn(id, "there is no backup yet", "the next import makes one; at once: dunning backup FILE");
  const age = daysBetween(newest.day, today);
  const said = `the newest backup is of ${newest.day} (${age} days); files in backups/: ${readdirSync(place).length}`;
  return age > OLD_DAYS ? warn(id, said, "import a balance, or copy with dunning backup FILE") : ok(id, said);
}
