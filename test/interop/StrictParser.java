import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.model.GenericMessage;
import ca.uhn.hl7v2.model.Group;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.Segment;
import ca.uhn.hl7v2.model.Structure;
import ca.uhn.hl7v2.model.Type;
import ca.uhn.hl7v2.parser.DefaultModelClassFactory;
import ca.uhn.hl7v2.parser.ParserConfiguration;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.parser.UnexpectedSegmentBehaviourEnum;
import ca.uhn.hl7v2.validation.CollectingValidationExceptionHandler;
import ca.uhn.hl7v2.validation.ValidationException;
import ca.uhn.hl7v2.validation.ValidationExceptionHandler;
import ca.uhn.hl7v2.validation.ValidationExceptionHandlerFactory;
import ca.uhn.hl7v2.validation.builder.support.DefaultValidationBuilder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses messages strictly with HAPI and says what is wrong with each.
 *
 * Argument: an index file with a line for each message: path of the message, tab, name of its structure. Prints a line of
 * JSON for each: {"file", "known", "errors": [...], "encoded"}; "known" is false where HAPI has no model of the
 * structure in that version, "encoded" is the message as HAPI writes it again.
 */
public class StrictParser {
  /** The structure of the message at hand: older versions do not name it in MSH-9. */
  static String structure = "";

  static class StructureFactory extends DefaultModelClassFactory {
    boolean hasModel = false;

    @Override
    public Class<? extends Message> getMessageClass(String name, String version, boolean isExplicit) throws HL7Exception {
      Class<? extends Message> model = super.getMessageClass(structure, version, true);
      hasModel = model != null && !GenericMessage.class.isAssignableFrom(model);
      return model;
    }
  }

  static class StrictRules extends DefaultValidationBuilder {
    @Override
    protected void configure() {
      super.configure();
      forAllVersions().message().all().onlyKnownSegments().choiceElementsRespected();
    }
  }

  static class Collector extends CollectingValidationExceptionHandler<Object> {
    Collector(HapiContext context) {
      super(context);
    }

    @Override
    public Object result() {
      return Boolean.TRUE;
    }
  }

  static class CollectorFactory implements ValidationExceptionHandlerFactory<Object> {
    final List<Collector> collectors = new ArrayList<>();

    @Override
    public ValidationExceptionHandler<Object> getNewInstance(HapiContext context) {
      Collector collector = new Collector(context);
      collectors.add(collector);
      return collector;
    }
  }

  public static void main(String[] arguments) throws Exception {
    StrictParser greedy = new StrictParser(false);
    StrictParser patient = new StrictParser(true);
    StringBuilder output = new StringBuilder();
    for (String line : Files.readAllLines(Path.of(arguments[0]))) {
      String[] parts = line.split("\t");
      structure = parts[1];
      Verdict verdict = greedy.judge(Path.of(parts[0]));
      // A segment that may belong to two groups: HAPI finds the reading that fits in one of its two modes only.
      if (verdict.known && !verdict.errors.isEmpty()) {
        Verdict other = patient.judge(Path.of(parts[0]));
        if (other.errors.isEmpty()) verdict = other;
      }
      output.append(verdict.json(parts[0])).append('\n');
    }
    System.out.print(output);
  }

  final CollectorFactory factory = new CollectorFactory();
  final StructureFactory models = new StructureFactory();
  final PipeParser parser;

  StrictParser(boolean isNonGreedy) {
    DefaultHapiContext context = new DefaultHapiContext();
    context.setModelClassFactory(models);
    context.setValidationRuleBuilder(new StrictRules());
    context.setValidationExceptionHandlerFactory(factory);
    ParserConfiguration configuration = context.getParserConfiguration();
    configuration.setUnexpectedSegmentBehaviour(UnexpectedSegmentBehaviourEnum.THROW_HL7_EXCEPTION);
    configuration.setNonGreedyMode(isNonGreedy);
    configuration.setValidating(true);
    parser = context.getPipeParser();
  }

  static class Verdict {
    boolean known = false;
    final List<String> errors = new ArrayList<>();
    String encoded = "";

    String json(String file) {
      StringBuilder json = new StringBuilder("{\"file\":").append(quote(file)).append(",\"known\":").append(known);
      json.append(",\"errors\":[");
      for (int index = 0; index < errors.size(); index++) json.append(index == 0 ? "" : ",").append(quote(errors.get(index)));
      return json.append("],\"encoded\":").append(quote(encoded)).append('}').toString();
    }
  }

  Verdict judge(Path file) throws Exception {
    Verdict verdict = new Verdict();
    factory.collectors.clear();
    try {
      Message message = parser.parse(Files.readString(file, StandardCharsets.UTF_8));
      walk(message, message.getName(), verdict.errors);
      verdict.encoded = message.encode();
    } catch (HL7Exception | RuntimeException exception) {
      verdict.errors.add(exception.toString());
    }
    for (Collector collector : factory.collectors)
      for (ValidationException exception : collector.getExceptions()) verdict.errors.add(exception.getMessage());
    verdict.known = models.hasModel;
    return verdict;
  }

  /** What the model says of required and repeating parts, which the rules of HAPI do not look at. */
  static void walk(Group group, String path, List<String> errors) throws HL7Exception {
    for (String name : group.getNames()) {
      Structure[] all = group.getAll(name);
      String place = path + "/" + name;
      boolean isThere = false;
      for (Structure each : all) if (!each.isEmpty()) isThere = true;
      if (group.isRequired(name) && !isThere && !group.isChoiceElement(name) && canBeMissed(group, name))
        errors.add(place + " is required");
      if (all.length > 1 && !group.isRepeating(name)) errors.add(place + " does not repeat");
      for (Structure each : all) {
        if (each.isEmpty()) continue;
        if (each instanceof Group) walk((Group) each, place, errors);
        else walk((Segment) each, place, errors);
      }
    }
  }

  /** A group of nothing but optional parts is required in name only. */
  static boolean canBeMissed(Group group, String name) throws HL7Exception {
    Structure structure = group.get(name);
    if (!(structure instanceof Group)) return true;
    Group inner = (Group) structure;
    for (String each : inner.getNames()) if (inner.isRequired(each) && canBeMissed(inner, each)) return true;
    return false;
  }

  static void walk(Segment segment, String path, List<String> errors) throws HL7Exception {
    for (int position = 1; position <= segment.numFields(); position++) {
      boolean isThere = false;
      for (Type repetition : segment.getField(position)) if (!repetition.isEmpty()) isThere = true;
      if (segment.isRequired(position) && !isThere) errors.add(path + "-" + position + " is required");
      int limit = segment.getMaxCardinality(position);
      int count = segment.getField(position).length;
      if (limit > 0 && count > limit) errors.add(path + "-" + position + " repeats " + count + " times, not " + limit);
    }
  }

  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char each : (text == null ? "" : text).toCharArray()) {
      if (each == '"' || each == '\\') quoted.append('\\').append(each);
      else if (each < 0x20) quoted.append(String.format("\\u%04x", (int) each));
      else quoted.append(each);
    }
    return quoted.append('"').toString();
  }
}
