-- Threads of the Graph Conversations API are recognised and named, so that nobody wonders where
-- they went; reading them needs rules for a feed without app ids.
select
    document_no,
    'ignored' as outcome,
    'Conversations API thread: cannot tell bots from people; not read yet' as reason
from documents
