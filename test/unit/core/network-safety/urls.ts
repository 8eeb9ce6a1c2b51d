/** How programs have been known to spell 127.0.0.1 and other addresses that are not public. */
const IPV4: readonly string[] = [
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.100.100.200",
  "100.127.255.254",
  "127.0.0.1",
  "127.1.2.3",
  "127.255.255.254",
  "169.254.0.1",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.0.1",
  "192.168.255.255",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.1",
  "203.0.113.1",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
];

const FULL_WIDTH = (text: string) =>
  text
    .split("")
    .map((c) => (c === "." ? "。" : String.fromCodePoint(c.charCodeAt(0) + 0xfee0)))
    .join("");
const CIRCLED = (text: string) =>
  text
    .split("")
    .map((c) => {
      if (c === ".") return "．";
      return c === "0" ? "⓪" : String.fromCodePoint(0x2460 + Number(c) - 1);
    })
    .join("");

const octal = (value: number) => `0${value.toString(8)}`;
const hex = (value: number) => `0x${value.toString(16)}`;
const pair = (high: number, low: number) => (high * 256 + low).toString(16);

/** One IPv4 address in the spellings that some program or other reads. */
function spellingsOf(address: string): readonly string[] {
  const parts = address.split(".").map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  const whole = ((a * 256 + b) * 256 + c) * 256 + d;
  const groups = `${pair(a, b)}:${pair(c, d)}`;
  return [
    address,
    `${address}.`,
    String(whole),
    octal(whole),
    hex(whole),
    parts.map(octal).join("."),
    parts.map(hex).join("."),
    `${a}.${(b * 256 + c) * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `${octal(a)}.${b}.${hex(c)}.${d}`,
    FULL_WIDTH(address),
    CIRCLED(address),
    address.replaceAll(".", "%2e"),
    address
      .split("")
      .map((character) => `%${character.charCodeAt(0).toString(16)}`)
      .join(""),
    `[::ffff:${address}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[64:ff9b:1::${address}]`,
    `[::ffff:0:${address}]`,
    `[::ffff:${groups}]`,
    `[2002:${groups}::1]`,
    `[0:0:0:0:0:ffff:${groups}]`,
  ];
}

const IPV6: readonly string[] = [
  "::",
  "::1",
  "0:0:0:0:0:0:0:1",
  "0000:0000:0000:0000:0000:0000:0000:0001",
  "::2",
  "100::1",
  "2001::1",
  "2001:0:7f00:1::",
  "2001:2::1",
  "2001:10::1",
  "2001:20::1",
  "2001:db8::1",
  "2001:DB8::1",
  "2620:4f:8000::1",
  "3fff::1",
  "4000::1",
  "5f00::1",
  "8000::1",
  "fc00::1",
  "fd00:ec2::254",
  "fd12:3456:789a::1",
  "fe80::1",
  "fe80::a9fe:a9fe",
  "febf::1",
  "fec0::1",
  "ff02::1",
  "ff0e::1",
];

const NAMES: readonly string[] = [
  "localhost",
  "LOCALHOST",
  "localhost.",
  "ｌｏｃａｌｈｏｓｔ",
  "loc%61lhost",
  "local\u00adhost",
  "a.localhost",
  "localhost.localdomain",
  "ip6-localhost",
  "ip6-loopback",
  "broadcasthost",
  "metadata",
  "metadata.google.internal",
  "metadata.google.internal.",
  "instance-data.ec2.internal",
  "kubernetes.default.svc.cluster.local",
  "printer.local",
  "router.lan",
  "nas.home",
  "nas.home.arpa",
  "1.0.0.127.in-addr.arpa",
  "wiki.corp",
  "mail.intranet",
  "vault.private",
  "hidden.onion",
  "any.test",
  "any.invalid",
  "any.alt",
  "redis",
  "db",
  "host",
];

/** Well-formed hosts in URLs that are refused for something else. */
const OTHERWISE: readonly string[] = [
  "http://example.com/",
  "HTTP://example.com/",
  "ftp://example.com/",
  "file:///etc/passwd",
  "gopher://example.com/",
  "ws://example.com/",
  "wss://example.com/",
  "data:text/plain,hello",
  "javascript:alert(1)",
  "blob:https://example.com/7",
  "dict://example.com:11211/",
  "ldap://example.com/",
  "https://user@example.com/",
  "https://user:password@example.com/",
  "https://:password@example.com/",
  "https://example.com@127.0.0.1/",
  "https://example.com%40127.0.0.1@127.0.0.1/",
  "https://example.com:80/",
  "https://example.com:22/",
  "https://example.com:8443/",
  "https://example.com:6379/",
  "https://example.com:0/",
  "https://flags.example.com/own",
  "https://FLAGS.example.com/own",
  "https://flags.example.com./own",
  "https://flags.example.com:443/own",
  "https:\\\\127.0.0.1\\",
  "https:/127.0.0.1/",
  "https:127.0.0.1",
  "https:///127.0.0.1/",
  "https://127.0.0.1\\@example.com/",
  "https://127.0.0.1#@example.com/",
  "https://127.0.0.1?@example.com/",
  "https://127.0.0.1\t/",
  "https://127.0\n.0.1/",
  " https://127.0.0.1/ ",
  "https://example.com,127.0.0.1/",
  "https://example_com.example/",
  "https://-example.com/",
  "https://example-.com/",
  "https://example..com/",
  "https://.example.com/",
  "https://*.example.com/",
  "https://$(hostname).example.com/",
  "https://1.2.3.4.5/",
  "https://256.256.256.256/",
  "https://999999999999/",
  "https://0x/",
  "https://example.com.0x7f000001/",
  "https://[::1%25eth0]/",
  "https://[::1]x/",
  "https://[v1.fe80::1]/",
  "https://%00127.0.0.1/",
  "https://127.0.0.1%00.example.com/",
  "https://",
  "//127.0.0.1/",
  "127.0.0.1",
  "",
];

export const OWN_HOSTS: readonly string[] = ["flags.example.com"];

/** Everything that must not be asked. */
export const FORBIDDEN: readonly string[] = [
  ...new Set([
    ...IPV4.flatMap(spellingsOf).map((host) => `https://${host}/`),
    ...IPV6.map((host) => `https://[${host}]/`),
    ...NAMES.map((host) => `https://${host}/`),
    ...OTHERWISE,
  ]),
];

/** What may be asked. */
export const ALLOWED: readonly string[] = [
  "https://example.com/",
  "https://example.com:443/hook",
  "https://EXAMPLE.com./hook?query#fragment",
  "https://sub.domain-with-dash.example.co.uk/",
  "https://xn--bcher-kva.example/",
  "https://bücher.example/",
  "https://1e100.net/",
  "https://1.1.1.1.example.com/",
  "https://localhost.example.com/",
  "https://10.example/",
  "https://1.1.1.1/",
  "https://8.8.8.8/",
  "https://9.255.255.255/",
  "https://11.0.0.0/",
  "https://100.63.255.255/",
  "https://100.128.0.0/",
  "https://126.255.255.255/",
  "https://128.0.0.0/",
  "https://169.253.255.255/",
  "https://172.15.255.255/",
  "https://172.32.0.0/",
  "https://192.167.255.255/",
  "https://192.169.0.0/",
  "https://198.17.255.255/",
  "https://198.20.0.0/",
  "https://223.255.255.255/",
  "https://[2606:4700:4700::1111]/",
  "https://[2001:4860:4860::8888]/",
  "https://[2a00:1450::1]/",
  "https://[2001:200::1]/",
];
