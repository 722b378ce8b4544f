/** Every default of the messenger: value, unit, reason. A part takes its numbers from here, tests override them in `Init`. */

/** Longest text of one message, bytes of UTF-8 (cli.md: 32 KiB; leaves room for padding in one 64 KiB envelope). */
export const MAX_TEXT_BYTES = 32 * 1024
/** Largest frame on any Sotto stream, bytes: an envelope and its frame around it, or a batch of them. */
export const MAX_FRAME_BYTES = 256 * 1024
/** Mailboxes that keep one's mail: survives the loss of two (design: k = 3). */
export const MAILBOX_COPIES = 3
/** Without a receipt for this long after a direct send, mailboxes get a copy too, ms. */
export const DIRECT_GRACE_MS = 1500
/** A message that one device of the recipient has waits this long for mailboxes to keep it for those that are away, ms: then it is healed by sync. */
export const MAIL_PATIENCE_MS = 60_000
/** How long a mailbox keeps an item, ms (30 days). */
export const RETENTION_MS = 30 * 24 * 60 * 60 * 1000
/** A silent device slot stops holding back deletion after this long, ms (7 days): it syncs from a sibling. */
export const SLOT_SILENCE_MS = 7 * 24 * 60 * 60 * 1000
/** Bytes one queue may hold: a month of text, and no more of a disk than one photo album. */
export const MAX_QUEUE_BYTES = 16 * 1024 * 1024
/** Items one queue may hold. */
export const MAX_QUEUE_ITEMS = 16384
/** What a reachable personal node volunteers to strangers by default, bytes. */
export const VOLUNTEER_BYTES = 256 * 1024 * 1024
/** What one contact's grant is worth by default, bytes. */
export const GRANT_BYTES = 64 * 1024 * 1024
/** Requests that wait in one inbox. */
export const REQUEST_SLOTS = 64

/*
 * The network (network/README.md). Memory that one peer can make us hold is the product of a few of these: they are
 * chosen so that a flood from one host stays under some 100 MB.
 */
/** Bytes that may wait unread in one stream before it is reset: sixteen of the largest frames. */
export const MAX_BUFFERED_BYTES = 4 * 1024 * 1024
/** Unread bytes at which a stream stops taking more from the muxer: the sender then feels our pace. */
export const PAUSE_BUFFERED_BYTES = 1024 * 1024
/** Bytes that callers may have waiting for the other side to read, per stream: as many as we would hold for it. */
export const MAX_QUEUED_SEND_BYTES = 4 * 1024 * 1024
/** Frames are joined into writes of at most this many bytes: one write per frame costs ten times the CPU. */
export const MAX_WRITE_BYTES = 64 * 1024
/** A frame that was begun must be whole after this long, ms: slow links manage 256 KiB, idle attackers hold nothing. */
export const FRAME_TIMEOUT_MS = 20_000
/** After our close the other side has this long to close too, ms. */
export const STREAM_CLOSE_TIMEOUT_MS = 5_000
/** One dial with all of a peer's addresses, ms: a person waits no longer before mail goes to a mailbox. */
export const DIAL_TIMEOUT_MS = 10_000
/** One address of a dial, ms: a lost WebRTC handshake must leave time for the next address (stack: 110–500 ms typical). */
export const ADDRESS_DIAL_TIMEOUT_MS = 4_000
/** After an attempt to replace a relayed connection by a direct one the next waits this long, ms: NATs rarely change. */
export const DIRECT_RETRY_MS = 5 * 60 * 1000
/** Negotiating one protocol on a connection that exists, ms. */
export const STREAM_OPEN_TIMEOUT_MS = 8_000
/** Addresses tried per dial: a peer cannot make us knock at a hundred doors. */
export const MAX_DIAL_ADDRESSES = 10
/** Longest multiaddr that is looked at, characters: a relayed webrtc address with two certhashes has about 400. */
export const MAX_ADDRESS_LENGTH = 600
/** Connections kept before the least valuable are closed: some 30 KB each. */
export const MAX_CONNECTIONS = 256
/** A connection is new for this long, ms: by then somebody who has business here has begun it. */
export const NEW_CONNECTION_MS = 10_000
/** Peers remembered as looked for by ourselves, whose connections go last: as many as devices of contacts that are dialled. */
export const MAX_WANTED_PEERS = 1024
/** Dials at a time. */
export const MAX_PARALLEL_DIALS = 32
/**
 * Connections that wait for Noise. A flood of them costs a key agreement each, a silent one only its socket; more than one
 * host can hold by INBOUND_PER_SECOND before INBOUND_UPGRADE_TIMEOUT_MS ends it (50), or it would keep everybody else out.
 */
export const MAX_PENDING_INBOUND = 256
/** Noise and the muxer of a connection that comes in, ms: half a dozen round trips over a satellite. */
export const INBOUND_UPGRADE_TIMEOUT_MS = 5_000
/** New connections per second from one host: a household behind one address restarts at once. */
export const INBOUND_PER_SECOND = 10
/** The same on loopback, where a crowd of nodes and tests shares one address. */
export const INBOUND_PER_SECOND_LOOPBACK = 200
/** Streams of one connection, both ways: ours need about six, a DHT and relays a few more. */
export const MAX_STREAMS_PER_CONNECTION = 128
/** Receive window of one yamux stream, bytes: bounds what a paused stream still takes in. */
export const YAMUX_WINDOW_BYTES = 1024 * 1024
/** Streams open outward per protocol and connection. */
export const MAX_OUTBOUND_STREAMS = 64
/** Relayed connections that a personal node holds a place for. */
export const RELAY_RESERVATIONS = 128
/** Bytes that one relayed connection may carry each way: hundreds of envelopes, and the setup of a direct one. */
export const RELAY_DATA_BYTES = 16n * 1024n * 1024n
/** How long one relayed connection may last, ms. */
export const RELAY_DURATION_MS = 30 * 60 * 1000
/** Hosts for throw-away PeerIds that live at a time (about 0.5 MB each): one per mailbox that is written to just now. */
export const MAX_ANONYMOUS_HOSTS = 32
/** Scopes whose throw-away key is remembered: more than mailboxes one writes to in a day. */
export const MAX_ANONYMOUS_SCOPES = 256
/** A throw-away host without streams is closed after this long, ms. */
export const ANONYMOUS_IDLE_MS = 60_000
/** Requests with an invite token that wait in one inbox, beside REQUEST_SLOTS: a flood of strangers cannot take them. */
export const INVITE_SLOTS = 16
/** Proof of work for a request to an empty inbox, bits: 2^16 hashes, about 110 ms of one core in JavaScript. */
export const WORK_BITS = 16
/** Most work a client does for one request, bits: about 30 s of one core; beyond that it says that the inbox is flooded. */
export const MAX_WORK_BITS = 24
/** How long an inbox record is good for, ms (30 days, as directory records). */
export const INBOX_RECORD_MS = 30 * 24 * 60 * 60 * 1000
/** An inbox record is signed anew when less than this is left, ms (15 days): two weeks offline leave it valid. */
export const INBOX_REFRESH_MS = 15 * 24 * 60 * 60 * 1000
/** How long a new invite token is good for, ms (30 days, as long as a request waits). */
export const INVITE_MS = 30 * 24 * 60 * 60 * 1000
/** Inboxes that one node serves for others: about 16 MB of memory when all slots are full. */
export const MAX_INBOXES = 1024
/** Inboxes among them that came without a grant. */
export const MAX_GUEST_INBOXES = 256
/** Bytes of requests that one node keeps for others: 64 MiB are 1,300 of the largest, or 6,000 usual ones. */
export const INBOX_BYTES = 64 * 1024 * 1024

// --- mailbox ---

/** Bytes that a queue costs its grant before anything is in it: its record, and no million empty queues for nothing. */
export const QUEUE_OVERHEAD_BYTES = 1024
/** Bytes that an item or its link costs its grant beside its own: keys, hash, head, index. */
export const ITEM_OVERHEAD_BYTES = 256
/** Devices that read one queue: more than one person carries. */
export const MAX_QUEUE_SLOTS = 16
/** A queue that no device of its reader asked for in so long is deleted, a silent slot forgotten, ms (60 days). */
export const QUEUE_DEATH_MS = 60 * 24 * 60 * 60 * 1000
/** A reader's visit is written down at most this often, ms: a GET should not cost a synced write. */
export const VISIT_STEP_MS = 60 * 60 * 1000
/** Links read or rewritten in one step: bounds the memory of a step. */
export const QUEUE_STEP_LINKS = 1024
/** Queues under one grant: one per conversation of a busy person. */
export const MAX_QUEUES_PER_GRANT = 1024
/** Queues of all guests of a volunteer. */
export const MAX_GUEST_QUEUES = 16384
/** Grants that a mailbox gives: contacts of one person. */
export const MAX_GRANTS = 4096
/** What a mailbox holds in all by default, bytes: a small share of a small disk. */
export const MAILBOX_BYTES = 4 * 1024 * 1024 * 1024
/** Queue records kept in memory: the busy ones, some 600 bytes each. */
export const MAX_CACHED_QUEUES = 1024
/** Streams that a mailbox serves at a time. */
export const MAX_MAILBOX_STREAMS = 1024
/** Streams of one PeerId: one to write, one to read, and what is just being replaced. */
export const MAX_MAILBOX_STREAMS_PER_PEER = 8
/** Requests of one stream in work at a time; beyond it nothing is read. */
export const MAX_MAILBOX_REQUESTS = 32
/** Requests per second of one stream, in the long run. */
export const MAILBOX_REQUESTS_PER_SECOND = 500
/** Requests that may come at once: a reader subscribes all its queues when it comes. */
export const MAILBOX_REQUEST_BURST = 4096
/** Queues that one stream subscribes. */
export const MAX_SUBSCRIPTIONS = 4096
/** Bytes pushed and not acknowledged, per stream: below what a stream of ours buffers unread. */
export const SUBSCRIBER_WINDOW_BYTES = 1024 * 1024
/** A stream that subscribes nothing and asks nothing for so long is closed by the mailbox, ms. */
export const MAILBOX_IDLE_MS = 5 * 60 * 1000
/** How often a mailbox looks for idle streams, ms. */
export const MAILBOX_IDLE_SWEEP_MS = 60 * 1000
/** How often a mailbox looks for what expired, ms. */
export const MAILBOX_EXPIRY_SWEEP_MS = 60 * 60 * 1000
/** Dial and challenge of a mailbox, ms. */
export const MAILBOX_OPEN_TIMEOUT_MS = 10_000
/** Answer of a mailbox, ms: a slow disk with a long queue of writes. */
export const MAILBOX_ANSWER_TIMEOUT_MS = 15_000
/** Mailboxes that a writer keeps a stream to: each of another person is a throw-away host, of which MAX_ANONYMOUS_HOSTS may live. */
export const MAX_MAILBOX_CONNECTIONS = 8
/** A writer's stream without a request for so long is closed, ms. */
export const MAILBOX_WRITER_IDLE_MS = 2 * 60 * 1000
/** Items that wait here for one queue at one mailbox. */
export const MAX_WAITING_PUT_ITEMS = 65_536
/** First and longest wait before a mailbox is tried again, ms; each doubles the one before, with jitter. */
export const MAILBOX_RETRY_MS = 1000
export const MAILBOX_RETRY_MAX_MS = 5 * 60 * 1000
/** How often the choice of mailboxes is looked at again, ms. */
export const KEEPER_REVIEW_MS = 10 * 60 * 1000
/** A mailbox that did not answer for so long is replaced where another is known, ms. */
export const KEEPER_GONE_MS = 24 * 60 * 60 * 1000
/** A mailbox that is away is given another chance after, ms. */
export const KEEPER_RETRY_MS = 60 * 60 * 1000
/** Half-life of the measured share of time that a mailbox is up, ms. */
export const KEEPER_MEMORY_MS = 7 * 24 * 60 * 60 * 1000
/** How long it was measured before it is judged, ms. */
export const KEEPER_MEASURED_MS = 2 * 24 * 60 * 60 * 1000
/** Up for less than this share of the time: rarely up, replaced. */
export const KEEPER_MIN_UP = 0.5
/** A mailbox that refused us is asked again after, ms. */
export const KEEPER_REFUSED_MS = 6 * 60 * 60 * 1000
/** Mailboxes known by hearsay (volunteers): some to choose from. */
export const MAX_KEEPER_CANDIDATES = 64
/** How long a keeper that was replaced is still read, ms: writers learn slowly. */
export const KEEPER_RETIRED_MS = 60 * 24 * 60 * 60 * 1000
/** The shortest time that a mailbox must promise to keep an item, ms (7 days). */
export const MIN_KEEPER_TTL_MS = 7 * 24 * 60 * 60 * 1000
/** How far a mailbox's clock may be from ours before we doubt what it calls expired, ms. */
export const MAX_CLOCK_ERROR_MS = 24 * 60 * 60 * 1000
/** Heads that a reader remembers per queue, to check what writers were promised. */
export const MAX_KNOWN_HEADS = 4096
/** Receipts of writers that wait for the reader to come so far, per queue. */
export const MAX_WAITING_PROOFS = 64
/** How long `queuesFor` waits for connected mailboxes to create a new queue, ms. */
export const QUEUE_CREATION_WAIT_MS = 2000
/** Bytes of pushes that a reader works on at a time: twice what an honest mailbox sends. */
export const MAX_READER_BYTES = 2 * 1024 * 1024

// Devices (protocols/pairing)
/** How long a pairing code is good, ms (10 minutes): to walk to the other device, and no longer. */
export const PAIRING_MS = 10 * 60 * 1000
/** Longest that may be asked for, ms (an hour): the address that a node prints when it starts. */
export const MAX_PAIRING_MS = 60 * 60 * 1000
/** Codes open at a time: one per device that somebody sets up at once. */
export const MAX_PAIRINGS = 8
/** Pairing streams at a time that showed no code, and as many that did: each holds a few kilobytes. */
export const MAX_PAIRING_STREAMS = 16
/** Each step of a pairing, ms: a slow disk on the other side. */
export const PAIRING_STEP_MS = 20_000
/** Devices of one identity, ourselves among them: as many as an announcement names. */
export const MAX_OWN_DEVICES = 16
/** Questions to another own device under way at a time: each may hold a page. */
export const MAX_DEVICE_QUESTIONS = 8
/** An own device answers within, ms: it makes key packages and writes pages. */
export const DEVICE_ANSWER_MS = 30_000
/** First and longest wait before an own device that is away is dialled again, ms. */
export const DEVICE_RETRY_MS = 1000
export const MAX_DEVICE_RETRY_MS = 5 * 60 * 1000
/** What our devices know in common: contacts, requests, devices, and room for what was deleted. */
export const MAX_OWN_FACTS = 32_768
/** A device was last seen at this time, about so exact, ms: not every minute is worth a write. */
export const LAST_SEEN_STEP_MS = 5 * 60 * 1000

// Session (protocols/session)
/** Leaves of one session under suite 83: a Welcome of 64 leaves is about 180 kB, and joining costs O(n²). */
export const MAX_LEAVES = 64
/** Largest handshake or application message of a session, bytes: a commit that adds 64 devices fits. */
export const MAX_SESSION_MESSAGE_BYTES = 512 * 1024
/** Largest Welcome, bytes: 64 leaves with their path fit. */
export const MAX_WELCOME_BYTES = 512 * 1024
/** Largest KeyPackage, bytes: about 2,700 under suite 83. */
export const MAX_KEY_PACKAGE_BYTES = 8 * 1024
/** Longest life of a KeyPackage, seconds (90 days): who was away longer hands out fresh ones. */
export const KEY_PACKAGE_SECONDS = 90 * 24 * 60 * 60
/** Slack for a wrong clock when a KeyPackage is dated or judged, seconds (one hour). */
export const CLOCK_SLACK_SECONDS = 60 * 60
/** Farthest jump ahead in a sender's ratchet, steps: one costs about 40 µs, and bounds what a forged header can burn. */
export const MAX_RATCHET_JUMP = 1000
/** Keys of messages that were overtaken, kept per sender and state: one month of a busy mailbox out of order. */
export const MAX_SKIPPED_KEYS = 1000
/** Commits of one device on one state: an honest one signs one, a restored one perhaps two. */
export const MAX_SIBLING_COMMITS = 4
/** States that one session keeps at most: 64 × 6 kB for two leaves. */
export const MAX_STATES = 64
/** A superseded state is kept for this many epochs … */
export const RETAINED_EPOCHS = 8
/** … and at least this long, ms (14 days), unless every device was heard beyond it. */
export const RETAINED_STATE_MS = 14 * 24 * 60 * 60 * 1000
/** Even when every device was heard beyond it, a state stays for this long, ms (1 hour): mail overtaken on another path. */
export const SETTLE_MS = 60 * 60 * 1000
/** Names of pruned states remembered, to tell lost mail from mail that is ahead. */
export const MAX_PRUNED_BRANCHES = 256
/** Age of an epoch at which keys are renewed, ms (a day). */
export const UPDATE_AFTER_MS = 24 * 60 * 60 * 1000
/** Own messages in one epoch after which keys are renewed. */
export const UPDATE_AFTER_MESSAGES = 200
/** No more own updates while a device heard within SLOT_SILENCE_MS is this many epochs behind. */
export const MAX_UPDATE_LEAD = 4
/**
 * Cost of turning a passphrase into a key: the second recommended option of RFC 9106 §4 (memory in KiB). About 0.2 s of
 * two cores at each start, and 64 MiB for each guess of a thief.
 */
export const ARGON2 = { memory: 64 * 1024, passes: 3, lanes: 4 } as const
/** The same in a page, where JavaScript takes ten times as long: OWASP's least, which costs a thief as much as the alternatives it names. About 1 s. */
export const ARGON2_PAGE = { memory: 46 * 1024, passes: 1, lanes: 1 } as const
/** Largest gossipsub message, bytes: it is for small news to many, not for 1:1. */
export const MAX_GOSSIP_BYTES = 64 * 1024
/** How long a WebRTC-direct certificate is kept, ms (300 of its 365 days): its hash stands in the addresses given to others. */
export const WEBRTC_CERTIFICATE_MS = 300 * 24 * 60 * 60 * 1000
/** First pause between attempts to join by the bootstrap list, ms; doubled up to the next. */
export const JOIN_RETRY_MS = 15_000
/** Longest pause between attempts to join, ms: a laptop that wakes up is back soon. */
export const MAX_JOIN_RETRY_MS = 5 * 60 * 1000
/** Peers on the LAN that are dialled because they announced themselves: a household, not a conference. */
export const MAX_LAN_PEERS = 32
/** How often the LAN is asked, ms. */
export const LAN_INTERVAL_MS = 20_000
/** Peers in the address book that are not connected, about 1 KB each: several times the routing table of a DHT client. */
export const MAX_BOOK_PEERS = 2000
/** How often the address book is cut down to that, ms. */
export const SWEEP_MS = 10 * 60 * 1000

// Directory (protocols/directory)
/** Records of others that a DHT server keeps in memory: 2,000 of 10 KiB are 20 MB. The oldest go first; owners put theirs again each day. */
export const MAX_DHT_RECORDS = 2000
/** Provider records that a DHT server keeps, about 100 bytes each. */
export const MAX_DHT_PROVIDERS = 4096
/** Of these for one service: they travel in one answer, with their addresses. */
export const MAX_PROVIDERS_PER_KEY = 64
/** How long a DHT server remembers the addresses of a peer that volunteered, ms: as long as kad-dht keeps what it provides. */
export const PROVIDER_ADDRESSES_MS = 48 * 60 * 60 * 1000
/** Longest time that putting one record may take, ms: finding 20 peers among silent ones, and each one's answer. */
export const PUT_TIMEOUT_MS = 30_000
/** Longest time for telling or asking who volunteers, ms. */
export const PROVIDE_TIMEOUT_MS = 30_000
/** A lookup is over by then, ms: who was not found is looked for again later. */
export const RESOLVE_TIMEOUT_MS = 10_000
/** Peers whose answers end a lookup: with half of the 20 replicas in hostile hands, 1 in 2,800 lookups sees only those. */
export const RESOLVE_QUORUM = 8
/** Once this many answered, a lookup waits only RESOLVE_GRACE_MS for more. */
export const RESOLVE_FEW = 3
/** See RESOLVE_FEW, ms: an answer within the country takes less. */
export const RESOLVE_GRACE_MS = 500
/** Lookups at a time: each asks some 20 peers. */
export const MAX_PARALLEL_RESOLVES = 4
/** How long a directory record is good, ms (30 days). */
export const DIRECTORY_RECORD_MS = 30 * 24 * 60 * 60 * 1000
/** How much longer than that a record may claim to be good, ms (2 days): clocks differ. */
export const DIRECTORY_SKEW_MS = 2 * 24 * 60 * 60 * 1000
/** An owner signs and puts this often, ms (a day): replicas live for 48 hours. */
export const DIRECTORY_PUBLISH_MS = 24 * 60 * 60 * 1000
/** An unchanged record younger than this is put again as it stands, ms (12 hours): a restart is no news. */
export const DIRECTORY_RESIGN_MS = 12 * 60 * 60 * 1000
/** A record signed longer ago is shown as stale, ms (3 days): its owner was away, or somebody withholds a newer one. */
export const DIRECTORY_STALE_MS = 3 * 24 * 60 * 60 * 1000
/** Contacts put a record again when its owner signed none for this long, ms (a week): putting shows strangers that one cares. */
export const DIRECTORY_ABSENT_MS = 7 * 24 * 60 * 60 * 1000
/** Contacts are looked up again after, ms (3 days): a lookup shows its key to strangers. */
export const DIRECTORY_REFRESH_MS = 3 * 24 * 60 * 60 * 1000
/** How often the directory looks what is due, ms. */
export const DIRECTORY_SWEEP_MS = 60 * 60 * 1000
/** Lookups and puts for others in one such round. */
export const MAX_SWEEP = 16
/** First pause after a put that nobody took, ms; doubled up to DIRECTORY_SWEEP_MS. */
export const PUBLISH_RETRY_MS = 30_000
/** Changes of the inbox within this time are one put, ms. */
export const PUBLISH_SETTLE_MS = 3_000
/** Identities of strangers whose best sequence is remembered, against rollback: as many records as a server keeps. */
export const MAX_SEQUENCES = 2 * MAX_DHT_RECORDS
/** Identities whose records are kept whole: contacts, and those whose inbox is kept here. */
export const MAX_FOLLOWED = 2048
/** A volunteer says so this often, ms (12 hours). */
export const VOLUNTEER_MS = 12 * 60 * 60 * 1000
/** Volunteers taken from one search. */
export const MAX_VOLUNTEERS = 20
/** A keeper that lacks mailboxes searches this often, ms. */
export const SEARCH_MS = 30 * 60 * 1000
/** How long a node that does not stay waits for its mailboxes before it shows what it has, ms: a person waits for a command no longer. */
export const FETCH_MS = 4_000

// Reachability (network/)
/** Relays that hold a place for a node which others cannot reach: one may go at any time. */
export const RELAYS_WANTED = 2
/** A node that may be there for one command only takes no place within this time, ms. */
export const RELAY_DELAY_MS = 10_000
/** First pause after a search that found too few relays, ms; doubled up to the next. */
export const RELAY_SEARCH_MS = 3_000
/** First pause between two walks through the DHT for a relay, ms: the library has none; doubled up to MAX_RELAY_SEARCH_MS. */
export const WALK_PAUSE_MS = 1_000
/** Longest pause between two searches, ms. */
export const MAX_RELAY_SEARCH_MS = 5 * 60 * 1000
/** A relay that refused is asked again after, ms: its places are taken for an hour, or it was about to stop. */
export const RELAY_REFUSED_MS = 60_000
/** Peers remembered as relays that refused, or that served. */
export const MAX_KNOWN_RELAYS = 64
/** Peers dialled in one search for relays. */
export const MAX_RELAY_DIALS = 8
/** How often own interfaces are looked at, ms: half of it is what a move between networks waits on average (some 60 µs each). */
export const INTERFACE_POLL_MS = 500
/** After a change of interfaces, a connection that does not answer for so long is dead, ms: some round trips over a satellite. */
export const MOVED_PING_MS = 1_200
/** The same for older connections of a peer that connects anew, ms: what was sent there waits for it, and the new one serves. */
export const DOUBLED_PING_MS = 1_500
/** How long a call from far away says that others reach us, ms: longer than a proof of AutoNAT lasts, whose end brings the next call. */
export const CALLED_MS = 15 * 60 * 1000
/** Peers whose word on our address, as they see it, is remembered. */
export const MAX_OBSERVERS = 16
/** Own addresses told to who makes a way through two routers with us, and theirs that are tried. */
export const MAX_PUNCH_ADDRESSES = 4
/** Pause before a dial through a router is repeated that was refused at once, ms: the other side's own may not be out yet. */
export const PUNCH_RETRY_MS = 150
/** Relayed connections are closed this long after a direct one came, ms: what was under way has arrived. */
export const DIRECT_SETTLE_MS = 2_000
/** How often others are asked to call back, while no answer came, ms. */
export const PROVE_MS = 30_000
/** How often it is looked whether a proof is old, ms: the library's last ten minutes, and CALLED_MS is longer than both together. */
export const PROVED_MS = 2 * 60 * 1000
