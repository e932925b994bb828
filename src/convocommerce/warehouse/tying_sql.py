"""The SQL that gives everything tied by one kind of key the same label, one statement per idea."""

LABELS = """
create or replace temp table labels as
select distinct subject_no, subject_no as label from kept_keys;
"""

MATCHES = """
create or replace temp table matches (subject_no bigint, match_rule varchar);
"""

LINKS = """
create or replace temp table links as
select distinct k.key_no, l.label
from kept_keys as k join labels as l using (subject_no)
where k.key_kind = $kind and ($typed or not k.is_typed)
qualify count(*) over (partition by k.key_no) > 1;
"""

HOOKS = """
create or replace temp table hooks as
with least as (select key_no, min(label) as low from links group by key_no)
select links.label, min(least.low) as low
from links join least using (key_no)
group by links.label
having min(least.low) < links.label;
"""

LONG_HOOKS = "hooks semi join hooks as next on next.label = hooks.low"

SHORTEN_HOOKS = """
create or replace temp table hooks as
select hooks.label, coalesce(next.low, hooks.low) as low
from hooks left join hooks as next on next.label = hooks.low;
"""

RELABEL = """
create or replace temp table labels as
select labels.subject_no, coalesce(hooks.low, labels.label) as label
from labels left join hooks using (label);
"""

RELINK = """
create or replace temp table links as
select distinct links.key_no, coalesce(hooks.low, links.label) as label
from links left join hooks using (label);
"""

# Customers have the least numbers, so a component holds one exactly when its label is one.
MATCH = """
insert into matches
select l.subject_no, $stage
from labels as l
join subjects as s on s.subject_no = l.subject_no and s.kind <> 'customer'
join subjects as least on least.subject_no = l.label and least.kind = 'customer'
where l.subject_no not in (select subject_no from matches);
"""
