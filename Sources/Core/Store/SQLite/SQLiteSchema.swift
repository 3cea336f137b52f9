/// One numbered step of the schema. Steps are only ever added; a database tells in `user_version` how far it got.
struct SQLiteMigration: Sendable {
    /// The version the database has afterwards: 1, 2, 3, …
    var version: Int64
    /// Statements that run in one transaction.
    var script: String
}

/// The schema of a tenant's database.
///
/// Lists are read through indexes that hold every column a filter can name, so that pages are found without touching
/// the wide rows; `list_key` is their order in one number. Totals are sums over `facet`, which counts conversations by
/// all that a filter names.
///
/// What every message moves lies in the narrow rows of `progress`, so that a send rewrites neither the wide row nor an
/// index of it: of the time of activity, the index has the second only (`active_second`).
///
/// Messages lie in the order in which they came, whatever their conversation, so that a transaction of many sends fills
/// a few pages instead of touching one page and its neighbours for each. Which rows are a conversation's is told by its
/// blocks of 32 (`message_block`), and of the newest, incomplete block by `progress.tail`: six bytes for each message.
enum SQLiteSchema {
    /// Marks a file as this program's ("gate").
    static let applicationID: Int64 = 0x6761_7465

    static let migrations = [
        SQLiteMigration(version: 1, script: version1),
        SQLiteMigration(version: 2, script: version2),
        SQLiteMigration(version: 3, script: version3),
    ]

    private static let version1 = """
        CREATE TABLE tenant(
            only INTEGER PRIMARY KEY CHECK (only = 1),
            epoch BLOB NOT NULL,
            secret BLOB NOT NULL,
            last_ticket INTEGER NOT NULL
        );
        CREATE TABLE counter(
            only INTEGER PRIMARY KEY CHECK (only = 1),
            pending INTEGER NOT NULL,
            active INTEGER NOT NULL,
            closed INTEGER NOT NULL,
            archived INTEGER NOT NULL,
            people_messages INTEGER NOT NULL,
            responses INTEGER NOT NULL,
            response_time INTEGER NOT NULL,
            last_message INTEGER NOT NULL
        );
        INSERT INTO counter VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0);

        CREATE TABLE conversation(
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL,
            kind INTEGER NOT NULL,
            origin TEXT NOT NULL,
            external_id TEXT NOT NULL,
            identity INTEGER NOT NULL,
            person BLOB NOT NULL,
            owner_key TEXT NOT NULL,
            assurance INTEGER NOT NULL,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            phone TEXT,
            user_agent TEXT,
            address TEXT,
            referrer TEXT,
            page_url TEXT,
            subject TEXT,
            status INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            department TEXT NOT NULL,
            tags TEXT NOT NULL,
            agent TEXT,
            agent_name TEXT,
            rating INTEGER,
            feedback TEXT,
            rated_at INTEGER,
            created_at INTEGER NOT NULL,
            ended_at INTEGER,
            first_response_at INTEGER,
            active_second INTEGER NOT NULL,
            list_key INTEGER NOT NULL,
            email_key TEXT,
            oldest_at INTEGER
        );
        CREATE UNIQUE INDEX conversation_id ON conversation(id);
        CREATE INDEX conversation_list
            ON conversation(list_key, row, status, priority, department, agent, origin, kind);
        CREATE INDEX conversation_status
            ON conversation(status, list_key, row, priority, department, agent, origin, kind);
        CREATE INDEX conversation_priority
            ON conversation(priority, list_key, row, status, department, agent, origin, kind);
        CREATE INDEX conversation_department
            ON conversation(department, list_key, row, status, priority, agent, origin, kind);
        CREATE INDEX conversation_agent
            ON conversation(agent, list_key, row, status, priority, department, origin, kind);
        CREATE INDEX conversation_newest
            ON conversation(created_at, row, status, priority, department, agent, origin, kind);
        CREATE INDEX conversation_activity ON conversation(active_second, status, origin, kind);
        CREATE INDEX conversation_identity ON conversation(identity, created_at);
        CREATE INDEX conversation_email ON conversation(email_key, created_at) WHERE email_key IS NOT NULL;
        CREATE INDEX conversation_oldest ON conversation(oldest_at) WHERE oldest_at IS NOT NULL;

        CREATE TABLE progress(
            conversation INTEGER PRIMARY KEY,
            updated_at INTEGER NOT NULL,
            active_at INTEGER NOT NULL,
            message_count INTEGER NOT NULL,
            people_count INTEGER NOT NULL,
            customer_count INTEGER NOT NULL,
            first_number INTEGER NOT NULL,
            customer_delivered INTEGER NOT NULL,
            customer_read INTEGER NOT NULL,
            customer_others INTEGER NOT NULL,
            agents_delivered INTEGER NOT NULL,
            agents_read INTEGER NOT NULL,
            agents_others INTEGER NOT NULL,
            token_used INTEGER NOT NULL,
            has_exceptions INTEGER NOT NULL,
            tail BLOB NOT NULL
        );

        -- How many conversations there are of each kind that a list can be filtered by; the agent '' stands for none.
        CREATE TABLE facet(
            status INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            origin TEXT NOT NULL,
            department TEXT NOT NULL,
            agent TEXT NOT NULL,
            conversations INTEGER NOT NULL,
            PRIMARY KEY (status, priority, kind, origin, department, agent)
        ) WITHOUT ROWID;

        -- A row without a conversation is a tombstone. The dialect '' keeps the core ids of what was deleted.
        CREATE TABLE alias(
            dialect TEXT NOT NULL,
            external_id TEXT NOT NULL,
            conversation INTEGER,
            PRIMARY KEY (dialect, external_id)
        ) WITHOUT ROWID;

        CREATE TABLE message(
            row INTEGER PRIMARY KEY,
            conversation INTEGER NOT NULL,
            number INTEGER NOT NULL,
            people INTEGER NOT NULL,
            customers INTEGER NOT NULL,
            author INTEGER NOT NULL,
            has_files INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            dialect TEXT NOT NULL,
            author_id TEXT NOT NULL,
            author_name TEXT NOT NULL,
            avatar TEXT,
            image_url TEXT,
            text TEXT NOT NULL
        );
        CREATE TABLE message_block(
            conversation INTEGER NOT NULL,
            block INTEGER NOT NULL,
            messages BLOB NOT NULL,
            PRIMARY KEY (conversation, block)
        ) WITHOUT ROWID;

        CREATE TABLE attachment(
            row INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            conversation INTEGER NOT NULL,
            number INTEGER,
            position INTEGER NOT NULL,
            hash BLOB NOT NULL,
            name TEXT NOT NULL,
            media_type TEXT NOT NULL,
            size INTEGER NOT NULL,
            width INTEGER,
            height INTEGER,
            duration REAL,
            expires_at INTEGER
        );
        CREATE UNIQUE INDEX attachment_id ON attachment(id);
        CREATE INDEX attachment_message ON attachment(conversation, number, position);
        CREATE INDEX attachment_hash ON attachment(hash);
        CREATE INDEX attachment_expiry ON attachment(expires_at) WHERE number IS NULL;

        CREATE TABLE read_exception(
            conversation INTEGER NOT NULL,
            side INTEGER NOT NULL,
            number INTEGER NOT NULL,
            PRIMARY KEY (conversation, side, number)
        ) WITHOUT ROWID;

        CREATE TABLE note(
            row INTEGER PRIMARY KEY,
            conversation INTEGER NOT NULL,
            content TEXT NOT NULL,
            added_by TEXT NOT NULL,
            added_by_name TEXT NOT NULL,
            added_at INTEGER NOT NULL
        );
        CREATE INDEX note_conversation ON note(conversation);

        CREATE TABLE person(
            row INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            email_key TEXT
        );
        CREATE UNIQUE INDEX person_id ON person(id);
        CREATE UNIQUE INDEX person_email ON person(email_key) WHERE email_key IS NOT NULL;

        CREATE TABLE identity(
            row INTEGER PRIMARY KEY,
            dialect TEXT NOT NULL,
            key TEXT NOT NULL,
            person INTEGER NOT NULL,
            name TEXT NOT NULL,
            email TEXT NOT NULL,
            plan_id REAL,
            account_created_at INTEGER,
            assurance INTEGER NOT NULL,
            pin BLOB,
            auth_token TEXT,
            is_flagged INTEGER NOT NULL,
            created_at INTEGER NOT NULL
        );
        CREATE UNIQUE INDEX identity_key ON identity(dialect, key);
        CREATE INDEX identity_person ON identity(person);

        CREATE TABLE token(
            digest BLOB PRIMARY KEY,
            agent TEXT NOT NULL,
            role INTEGER NOT NULL,
            name TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER
        ) WITHOUT ROWID;

        CREATE TABLE idempotency(
            scope BLOB PRIMARY KEY,
            content BLOB NOT NULL,
            conversation INTEGER NOT NULL,
            message_number INTEGER NOT NULL,
            was_new INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX idempotency_expiry ON idempotency(expires_at);
        CREATE INDEX idempotency_conversation ON idempotency(conversation);

        CREATE TABLE event(
            number INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            code INTEGER NOT NULL,
            conversation INTEGER NOT NULL,
            message_number INTEGER NOT NULL,
            side INTEGER NOT NULL,
            actor TEXT NOT NULL
        );

        CREATE TABLE webhook(
            row INTEGER PRIMARY KEY,
            endpoint TEXT NOT NULL,
            id BLOB NOT NULL,
            event INTEGER NOT NULL,
            body BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            next_at INTEGER NOT NULL,
            is_dead INTEGER NOT NULL,
            error TEXT
        );
        CREATE INDEX webhook_queue ON webhook(is_dead, endpoint, event);

        CREATE TABLE audit(
            row INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL
        );

        -- What a search looks through, case folded, and the order of what it finds. Three characters and more are
        -- found through the index of trigrams, which narrows down; the text then decides.
        CREATE TABLE search(row INTEGER PRIMARY KEY, list_key INTEGER NOT NULL, text TEXT NOT NULL);
        CREATE VIRTUAL TABLE search_index USING fts5(
            text,
            content = 'search',
            content_rowid = 'row',
            detail = none,
            tokenize = 'trigram case_sensitive 1'
        );
        """

    /// Events stand together, a row for each transaction; agents may be made by being given work.
    private static let version2 = """
        CREATE TABLE event_block(
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL,
            events TEXT NOT NULL
        );
        INSERT INTO event_block
            SELECT number, number, json_array(json_array(at, code, conversation, message_number, side, actor))
            FROM event;
        DROP TABLE event;
        ALTER TABLE event_block RENAME TO event;
        CREATE TABLE agent(id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
        """

    /// Webhooks name their conversation, to go with it; those that wait get it from the log. Of whom all conversations
    /// were deleted nothing stays, and the log does not name people.
    private static let version3 = """
        ALTER TABLE webhook ADD COLUMN conversation INTEGER NOT NULL DEFAULT 0;
        UPDATE webhook SET conversation = ifnull(
            (
                SELECT json_extract(block.events, '$[' || (webhook.event - block.first) || '][2]') FROM event AS block
                WHERE block.first <= webhook.event ORDER BY block.first DESC LIMIT 1
            ),
            0
        );
        CREATE INDEX webhook_conversation ON webhook(conversation);
        CREATE INDEX webhook_age ON webhook(is_dead, created_at);
        UPDATE event SET events = (SELECT json_group_array(json(json_remove(value, '$[5]'))) FROM json_each(event.events));
        DELETE FROM identity WHERE pin IS NULL AND auth_token IS NULL
            AND NOT EXISTS (SELECT 1 FROM conversation WHERE conversation.identity = identity.row);
        DELETE FROM person WHERE NOT EXISTS (SELECT 1 FROM identity WHERE identity.person = person.row);
        """
}
