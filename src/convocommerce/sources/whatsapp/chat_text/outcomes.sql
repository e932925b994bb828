-- grain: one line that holds nothing to keep
-- reads: events
-- Why: written by the app, not with a customer, or something a record needs cannot be told.
select
    document_no,
    case when verdict in ('app', 'call', 'group') then 'ignored' else 'quarantined' end as outcome,
    case verdict
        when 'app' then 'a line of the app itself'
        when 'call' then 'a call'
        when 'group' then 'message of a group chat'
        when 'undecided'
            then 'day and month cannot be told apart in this chat; set the phone to a format that '
                || 'begins with the year and export it again'
        when 'undated' then 'a date or time that is none'
        when 'unknown'
            then 'nothing tells which author is the customer; name the file '
                || '"WhatsApp Chat with <customer>.txt"'
        else 'an author who is not one of the two of the chat'
    end as reason
from events
where verdict <> 'kept'
