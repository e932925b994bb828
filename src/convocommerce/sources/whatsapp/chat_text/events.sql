-- grain: one message, or one line of the app itself
-- reads: documents
-- What was said by whom and when, or why a line is none of that; the other files read it.
with told as (
    select
        document_no,
        file,
        try_cast(d.chat_at as timestamp) as local_at,
        d.chat_dates as dates,
        d.chat_kind as chat_kind,
        filled(ltrim(d.chat_with, '~ ')) as party,
        filled(d.chat_owner) as owner,
        filled(d.author) as author,
        d.author = d.chat_with as is_customer,
        d.author = d.chat_owner as is_owner,
        coalesce(truth(d.marked), false) as is_marked,
        coalesce(truth(d.opens_cut), false) as is_cut_off,
        coalesce(try_cast(d.place as integer), 0) as sequence,
        coalesce(d.text, '') as written
    from documents
),

-- The app puts invisible marks around its own words, and behind a changed text that it was changed.
cleaned as (
    select
        *,
        trim(
            regexp_replace(
                regexp_replace(
                    written, '[\x{200B}\x{200E}\x{200F}\x{202A}-\x{202E}\x{2066}-\x{2069}]', '', 'g'
                ),
                '(?i)\s*<[^<>\n]{0,40}(?:edited|bewerkt|bearbeitet|modifié|editó|editado|editada|modificato|redigerat|redigeret|redigert)[^<>\n]{0,20}>\s*$',
                ''
            ),
            ' ' || chr(10) || chr(13) || chr(9) || chr(160)
        ) as said
    from told
),

lines as (
    select
        *,
        trim(split_part(said, chr(10), 1)) as first_line,
        trim(split_part(written, chr(10), 1)) as first_written
    from cleaned
),

classed as (
    select
        *,
        case
            when author is null then 'app'
            when length(said) > 60
                and regexp_matches(
                    said,
                    '(?i)^(?:messages|messages and calls|berichten|nachrichten|les messages|los mensajes|i messaggi|as mensagens)\b.*(?:end-to-end|ende-zu-ende|bout en bout|extremo a extremo|ponta a ponta)'
                ) then 'app'
            when regexp_full_match(
                first_line,
                '(?i)(?:this message was deleted|you deleted this message|deleted by admin|dit bericht is verwijderd|(?:je|u) hebt? dit bericht verwijderd|diese nachricht wurde gelöscht|du hast diese nachricht gelöscht|ce message a été supprimé|vous avez supprimé ce message|se eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje|questo messaggio è stato eliminato|hai eliminato questo messaggio|esta mensagem foi apagada|(?:você )?apagou esta mensagem)\W*'
            ) then 'deleted'
            when regexp_full_match(
                    first_line,
                    '(?i)(?:missed (?:group )?(?:voice|video) call|gemiste? (?:groeps)?(?:spraak|video)-?(?:oproep|gesprek)|verpasster (?:gruppen-?)?(?:sprach|video)anruf|appel (?:vocal|vidéo) manqué|llamada (?:de voz )?perdida|videollamada perdida|chiamata vocale persa|videochiamata persa|chamada de (?:voz|vídeo) perdida)(?:[.,].{0,40})?'
                )
                or regexp_full_match(
                    first_line,
                    '(?i)(?:silenced |group )?(?:(?:voice|video) call|(?:spraak|video)-?oproep|(?:sprach|video)anruf|appel (?:vocal|vidéo)|(?:video)?llamada(?: de voz)?)[.,] ?(?:\d|no answer|geen antwoord|geen gehoor|keine antwort|pas de réponse|sin respuesta|answered on|ended).{0,40}'
                ) then 'call'
            when matches_within_bounds(first_line, '(?i)^(?:<|\x{200E})?[^<>]*<[\pL ]{3,24}\s?: ?[^<>]+\.\w{2,5}\s?>$')
                or matches_within_bounds(first_line, '(?i)^\S.{0,200}\.\w{2,5} \(\pL[\pL ]{3,40}\)$')
                -- What stands in the place of a picture, a film or a file, in the languages of Europe.
                -- Unless the app's mark stands before it, people could have typed all but these.
                or matches_within_bounds(
                    first_written,
                    '(?i)(?:^\x{200E}*<[^<>]{0,50}|^(?:image|photo|video|video note|audio|gif|sticker|document|contact card|afbeelding|visitekaartje|bild|dokument|kontaktkarte|vidéo|fiche contact|imagen|vídeo|documento|tarjeta de contacto|immagine|scheda contatto|imagem|figurinha) |\x{200E}[^\x{200E}]{0,30})(?:omitted|weggelaten|weggelassen|ausgelassen|ausgeschlossen|absente?s?|omis(?:e|es)?|retirée?|manquante?|omitid[oa]s?|ocultad[oa]s?|oculta|não revelad[oa]|omess[aeio]|esclus[ao]|non inclus[ao]|udeladt|uteslut\pL*|utelämnat|utelatt|pominięt\pL*|vynech\pL*|kihagyva|dahil edilmedi|отсутствует|пропущен\pL*|без медиафайлов|відсутн\pL*|tidak disertakan|izostavljen\pL*|jätetty pois|jätettiin pois|παραλείφθηκε)\pL{0,2}[^\pL]{0,10}$'
                )
                then case
                    when regexp_matches(first_line, '(?i)sticker|figurinha|\.webp') then 'sticker'
                    else 'attachment'
                end
            when matches_within_bounds(first_line, '(?i)^(?:[\pL ]{3,16}: ?)?https://(?:maps\.google\.|maps\.app|(?:www\.)?google\.[a-z.]+/maps|foursquare\.)\S+$')
                or regexp_full_match(first_line, '(?i)(?:live location shared|live locatie gedeeld|live-standort wird geteilt|localisation en direct partagée|ubicación en tiempo real compartida)\W*')
                then 'location'
            when said in ('', 'null')
                or regexp_matches(first_line, '(?i)^(?:waiting for this message|wachten op dit bericht|warten auf diese nachricht|en attente de ce message|esperando (?:el|este) mensaje)')
                or is_marked and regexp_matches(first_line, '(?i)view once|eenmalig|einmal|vue unique|una sola vez|una vez')
                then 'unseen'
            when regexp_matches(said, '(?s)^[^\n]{2,20}:\s.*\n(?:OPTION|OPTIE|OPCIÓN|OPZIONE|OPÇÃO)\s?:') then 'text'
            -- iPhones mark all that the app writes itself; what is left of it is no message.
            when is_marked then 'app'
            else 'text'
        end as what
    from lines
)

select
    document_no,
    file,
    local_at,
    sequence,
    is_cut_off,
    'whatsapp' as channel,
    case when owner is null then 'whatsapp' else 'whatsapp-' || left(md5(owner), 16) end
        as business_id,
    owner is not null as is_owner_known,
    case
        when regexp_full_match(party, '\+?[\d ().-]{7,25}') then regexp_replace(party, '\D', '', 'g')
        else party
    end as customer_id,
    starts_with(party, '+') and regexp_full_match(party, '\+[\d ().-]{7,25}') as is_number,
    case when is_customer then 'in' when is_owner then 'out' end as direction,
    what,
    case
        when what in ('deleted', 'unseen') then null
        when what in ('attachment', 'sticker') then filled(substr(said, length(split_part(said, chr(10), 1)) + 2))
        else filled(said)
    end as said,
    case
        when what in ('app', 'call') then what
        when local_at is null and dates = 'undecided' then 'undecided'
        when local_at is null then 'undated'
        when chat_kind = 'group' then 'group'
        when chat_kind is distinct from 'private' or party is null then 'unknown'
        when is_customer is not true and is_owner is not true then 'stranger'
        else 'kept'
    end as verdict
from classed
