import { type Hl7Version, hl7Versions } from "../dictionary/contents.ts";

/**
 * The tables that HL7 itself defines, for the coded fields of type ID: chapter 2C (appendix A before 2.5) of each
 * version. `CODE@2.5` came with that version, `CODE!2.4` was last in it; a blank in a code is written `_`.
 *
 * Tables that sites define (type IS) say nothing about a code, and are not here; nor is HL70291, which takes any subtype
 * that is registered with IANA.
 */
const codesByTable: Readonly<Record<number, string>> = {
  8: "AA AE AR CA CE CR",
  38: "A CA CM DC ER HD IP RP SC",
  61: "BCV@2.6 ISO M10 M11 NPI",
  65: "A C G L O P R S",
  74: "AU BG BLB CG CH CP CT CTH CUS EC EN GE HM ICU IMG IMM LAB MB MCB MYC NMR NMS NRS OSL OT OTH OUS PAR PAT PF PHR PHY PT RAD RC RT RUS RX SP SR TX URN VR VUS XRC",
  78: "< > A AA AC@2.7 B D DET@2.7 H HH HM@2.8 I IND@2.7 L LL MS N ND@2.7 NEG@2.7 NR@2.7 OBX@2.8 POS@2.7 QCF@2.7 R RR@2.7 S TOX@2.7 U VS W WR@2.7",
  80: "A B@2.5 N R S SP@2.5 ST@2.5",
  85: "A@2.8 B@2.8 C D F I N@2.3.1 O@2.3.1 P R S U V@2.8 W@2.3.1 X",
  100: "D O R S T",
  103: "D P T",
  105: "L O P",
  119: "AF CA CH CN CP@2.8 CR DC DE DF DR FU HD HR LI MC@2.6 NA NW OC OD OE OF OH OK OP@2.5 OR PA PR@2.4 PY@2.5 RE RF RL RO RP RQ RR RU SC SN SR SS UA UC UD UF UH UM UN UR UX XO XR XX",
  121: "D E F N R",
  122: "CH CO CR DP GR NC PC RS",
  123: "A C F I O P R S X Y Z",
  124: "CART PORT WALK WHLC",
  127: "AA@2.4 DA EA@2.4 FA LA@2.4 MA MC PA@2.4",
  128: "MI MO SV U@2.4",
  136: "Y N",
  148: "AT PC",
  155: "AL ER NE SU",
  159: "D P S",
  161: "G N T",
  166: "A B",
  167: "0 1 2 3 4 5 7 8 G N T",
  178: "REP UPD",
  179: "AL ER NE SU",
  180: "MAC MAD MDC MDL MUP",
  183: "A I",
  187: "I P",
  190: "B BA@2.3.1 BDL@2.3.1 BI@2.6 BR@2.3.1 C F H L@2.3.1 M N@2.3.1 O P RH@2.3.1 S@2.6 SH@2.6 TM@2.7 V@2.6",
  191: "A AP Application AU Audio FT IM Image multipart@2.4 NS SD SI TEXT TX",
  200: "A B@2.3.1 BAD@2.7 C D F@2.8 I@2.4 K@2.6 L M MSK@2.7 N@2.4 NAV@2.7 NB@2.7 NOUSE@2.7 O!2.3 P@2.3.1 R@2.4 REL@2.7 S@2.3.1 T@2.3.1 TEMP@2.7 U@2.3.1",
  201: "ASN BPN EMR NET ORN PRN PRS@2.6 VHN WPN",
  202: "BP CP FX Internet MD PH SAT@2.6 TDD@2.5 TTY@2.5 X.400",
  203: "ACSN@2.7 AM AMA@2.6 AN ANC@2.5 AND@2.5 ANON@2.5 ANT@2.5 APRN@2.5 ASID@2.7 BA@2.4 BC@2.5 BCT@2.6 BR BRN@2.4 BSNR@2.7 CC@2.5 CONM@2.6 CY@2.5 CZ@2.6 DDS@2.5 DEA@2.5 DFN@2.5 DI DL DN DO@2.5 DP@2.6 DPM@2.5 DR@2.4 DS EI EN ESN@2.6 FI GI GL@2.5 GN HC@2.4 IND@2.5 JHN@2.4 LACSN@2.7 LANR@2.7 LI@2.5 LN LR MA MB@2.5 MC MCD@2.5 MCN@2.4 MCR@2.5 MCT@2.6 MD@2.5 MI@2.5 MR MRT@2.5 MS NBSNR@2.7 NCT@2.6 NE NH NI NII@2.5 NIIP@2.5 NP@2.5 NPI OD@2.5 PA@2.5 PC@2.6 PCN@2.5 PE@2.5 PEN@2.4 PI PN PNT@2.5 PPIN@2.6 PPN@2.5 PRC@2.5 PRN PT QA@2.5 RI@2.5 RN@2.5 RPH@2.5 RR RRI RRP@2.6 SID@2.7 SL SN@2.5 SP@2.6 SR SS TAX@2.5 TN@2.5 TPR@2.6 U UPIN USID@2.7 VN VP@2.6 VS WC WCN@2.4 WP@2.6 XX",
  205: "AP DC IC PF TF TP UP",
  206: "A D U X@2.6",
  207: "A I Not_present R T",
  211: "8859/1 8859/15 8859/2 8859/3 8859/4 8859/5 8859/6 8859/7 8859/8 8859/9 ASCII BIG-5 CNS_11643-1992 GB_18030-2000 ISO_IR14 ISO_IR159 ISO_IR6 ISO_IR87 JAS2020 JIS_X_0202 KS_X_1001 UNICODE UNICODE_UTF-16 UNICODE_UTF-32 UNICODE_UTF-8",
  224: "A N U",
  225: "N R U",
  230: "A D I P",
  267: "FRI MON SAT SUN THU TUE WED",
  271: "AU DI DO IN IP LA PA",
  272: "1 2 3 R RE U UC V VR",
  273: "AV CA OB UN",
  275: "AA AC AR PU",
  287: "AD CO DE LI UC UN UP",
  298: "F P",
  299: "A Base64 Hex",
  301: "CLIA@2.7 CLIP@2.7 CAP@2.7 DNS EUI64@2.7 GUID HCD HL7 ISO L M N Random URI UUID x400 x500",
  321: "AD F TR UD",
  322: "CP NA PA RE",
  323: "A D U X@2.5",
  337: "C E",
  355: "CE CWE@2.6 PL",
  398: "F I",
  427: "B C D E F H I J K O P R S T",
  444: "F G",
  465: "A I P",
  472: "A C S",
  478: "G N R Y",
  480: "M O S",
  500: "F N P",
  503: "C R S",
  504: "EE ES SE SS",
  506: "C E N S T",
  507: "A@2.7.1 BCC@2.7.1 CC@2.7.1 F N",
  516: "E F@2.6 I W",
  520: "H L M",
  524: "C R S",
  527: "DM DW DY HD MY NH SN WY",
  528: "AC ACD ACM ACV HS IC ICD ICM ICV PC PCD PCM PCV",
  529: "D H L M S Y",
  617: "C M V",
  834: "application audio image model multipart text video",
  904: "BCV CCS VID",
  909: "SID SIDC SIMM STBD SWNL SWTH",
  917: "C L",
  918: "C P PC",
};

/** Tables to which sites add codes of their own, as the standard lets them or the field has long done. */
const extensible: ReadonlySet<number> = new Set([61, 74, 190, 191, 200, 201, 202, 203, 211, 301, 834]);

interface TableCode {
  readonly first: number;
  readonly last: number;
}

const tables = new Map<number, ReadonlyMap<string, TableCode>>();

function readTable(table: number): ReadonlyMap<string, TableCode> | undefined {
  const text = codesByTable[table];
  if (text === undefined) return undefined;
  let codes = tables.get(table);
  if (codes === undefined) {
    codes = new Map(text.split(" ").map(readCode));
    tables.set(table, codes);
  }
  return codes;
}

function readCode(text: string): [string, TableCode] {
  const [, code = "", since, until] = /^(.+?)(?:@([\d.]+))?(?:!([\d.]+))?$/.exec(text) ?? [];
  return [
    code.replaceAll("_", " "),
    {
      first: since === undefined ? 0 : hl7Versions.indexOf(since as Hl7Version),
      last: until === undefined ? hl7Versions.length : hl7Versions.indexOf(until as Hl7Version),
    },
  ];
}

/** `other-version`: the table has the code in another version only. `unlisted`: it may be a site's own. */
export type TableVerdict = "listed" | "other-version" | "unlisted" | "unknown";

/**
 * Whether a code stands in a table that HL7 defines.
 *
 * @param table 1 is HL70001
 * @returns `listed` also for tables that are not known here
 */
export function tableVerdict(table: number, code: string, version: Hl7Version): TableVerdict {
  if (table === 399) return /^[A-Z]{3}$/.test(code) ? "listed" : "unlisted";
  if (table === 396) return /^[A-Za-z0-9][\w.-]*$/.test(code) ? "listed" : "unlisted";
  const codes = readTable(table);
  if (codes === undefined) return "listed";
  const found = codes.get(code);
  if (found === undefined) return extensible.has(table) ? "unlisted" : "unknown";
  const at = hl7Versions.indexOf(version);
  return found.first <= at && at <= found.last ? "listed" : "other-version";
}
