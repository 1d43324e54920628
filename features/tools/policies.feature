Feature: Session policies
  What may be done in a session, and what the customer is asked first, is decided for each representative in each session:
  by the machine that was jumped to, else by the portal, else by the account, else by the site. Of what none speaks, what
  is built in holds.

  Background:
    Given the site "policies"
    And Alex is signed in to the desktop console
    And Blair is signed in to the desktop console

  @PRV-01
  Scenario Outline: The first that speaks of a tool decides, and the console lists no other: <who decides>
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "<portal>"
    When <rep> accepts Carla's session
    Then <rep> <is> offered <tool> in Carla's session

    Examples:
      | who decides             | portal  | rep   | tool           | is     |
      | the portal, not the rep | Careful | Alex  | privacy screen | is not |
      | the rep, not the site   | Main    | Alex  | privacy screen | is     |
      | the rep: others do not  | Main    | Blair | privacy screen | is not |
      | a silent portal         | Careful | Alex  | command shell  | is     |
      | the site                | Main    | Blair | command shell  | is not |
      | the site, for all       | Main    | Alex  | reboot         | is not |
      | nobody                  | Main    | Blair | file transfer  | is     |

  Scenario Outline: A machine's policy comes before all others, by whether somebody is there: <who decides>
    Given a Jump Client of the group "<group>" is installed on the Windows PC "Kiosk"
    And <who> is logged on at "Kiosk"
    When Alex jumps to "Kiosk"
    Then Alex has the session with "Kiosk" open
    And Alex <is> offered <tool> in Kiosk's session

    Examples:
      | who decides                 | group   | who      | tool           | is     |
      | the machine, not the rep    | Servers | nobody   | privacy screen | is not |
      | the machine, not the site   | Servers | nobody   | reboot         | is     |
      | the machine with somebody   | Servers | somebody | privacy screen | is not |
      | the site, for it is silent  | Servers | somebody | reboot         | is not |
      | the rep, for it has none    | Plain   | nobody   | privacy screen | is     |

  Scenario: Whether somebody is there is judged when the session begins
    Given a Jump Client of the group "Servers" is installed on the Windows PC "Kiosk"
    And nobody is logged on at "Kiosk"
    And Alex jumps to "Kiosk"
    And Alex has the session with "Kiosk" open
    When somebody logs on at "Kiosk"
    And Alex writes "Good morning" to everyone in Kiosk's session
    Then Alex is offered reboot in Kiosk's session
    When Alex opens command shell in Kiosk's session
    Then Alex can use command shell in Kiosk's session

  Scenario: A machine with somebody at it asks them, whatever the account says of how
    Given a Jump Client of the group "Servers" is installed on the Windows PC "Kiosk"
    And Alex jumps to "Kiosk"
    And Alex has the session with "Kiosk" open
    When Alex opens command shell in Kiosk's session
    Then Kiosk is asked whether Alex may use command shell
    When 31 seconds pass
    Then Alex reads that command shell is refused in Kiosk's session: "the customer did not answer"

  Scenario: What is denied is not on the console, and can not be opened from it
    Given Carla is in session with Blair
    Then Blair is not offered command shell in Carla's session
    When Blair tries to open command shell in Carla's session
    Then Blair is told "expected something that this console offers, found command shell"
    And Carla sees that nobody uses command shell

  Scenario: Two representatives in one session may each do what is theirs
    Given Carla is in session with Alex and Blair
    Then Alex is offered command shell in Carla's session
    And Blair is not offered command shell in Carla's session

  Scenario: Asked once, a yes holds for the session, and for whoever is in it
    Given Carla is in session with Alex and Blair
    When Blair opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then Blair can use screen sharing in Carla's session
    When Blair closes screen sharing in Carla's session
    And Blair opens screen sharing in Carla's session
    Then Blair can use screen sharing in Carla's session
    When Alex opens screen sharing in Carla's session
    Then Alex can use screen sharing in Carla's session
    And for 5 seconds Carla is asked nothing

  Scenario: Asked each time, a yes holds for that time
    Given Carla is in session with Alex
    When Alex opens command shell in Carla's session
    And Carla allows command shell
    Then Alex can use command shell in Carla's session
    When Alex closes command shell in Carla's session
    And Alex opens command shell in Carla's session
    Then Carla is asked whether Alex may use command shell
    And Alex waits for an answer about command shell in Carla's session

  Scenario: Where silence means yes, it opens the tool when the time is over, and not before
    Given Carla is in session with Alex
    When Alex opens command shell in Carla's session
    And 19 seconds pass
    Then Alex waits for an answer about command shell in Carla's session
    When 2 seconds pass
    Then Alex can use command shell in Carla's session
    And Carla is no longer asked anything

  @SCR-03
  Scenario: Where silence means yes, no is still no
    Given Carla is in session with Alex
    When Alex opens command shell in Carla's session
    And Carla declines command shell
    Then Alex reads that command shell is refused in Carla's session: "the customer declined"

  @SCR-03
  Scenario: Where silence means no, it keeps the tool closed, after as long as the policy waits
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Careful"
    And Blair accepts Carla's session
    When Blair opens screen sharing in Carla's session
    And 9 seconds pass
    Then Blair waits for an answer about screen sharing in Carla's session
    When 2 seconds pass
    Then Blair reads that screen sharing is refused in Carla's session: "the customer did not answer"

  Scenario: View only is all that the portal allows, however much is asked for and granted
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Careful"
    And Alex accepts Carla's session
    Then Alex is offered no more than to see Carla's screen
    When Alex opens screen sharing in Carla's session
    And Carla allows screen sharing
    Then Alex can use screen sharing, view only, in Carla's session

  Scenario: Who asks to see the screen gets no more, though the customer would allow it
    Given Carla is in session with Alex
    When Alex opens screen sharing, view only, in Carla's session
    And Carla allows screen sharing
    Then Alex can use screen sharing, view only, in Carla's session

  Scenario Outline: Each tool asks, or does not, as the first that speaks of it says: <tool>, by <portal>
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "<portal>"
    When <rep> accepts Carla's session
    Then using <tool> in Carla's session <asks> by <rep>'s page

    Examples:
      | portal  | rep   | tool               | asks              |
      | Main    | Blair | system information | asks the customer |
      | Careful | Blair | system information | does not ask      |
      | Main    | Alex  | command shell      | asks the customer |
      | Main    | Alex  | special actions    | does not ask      |
      | Main    | Alex  | elevation          | does not ask      |
      | Main    | Blair | file transfer      | asks the customer |

  Scenario: A tool that does not ask is open at once
    Given Carla is a customer with a Windows PC
    And Carla picks the issue "VPN does not connect" on the portal "Careful"
    And Blair accepts Carla's session
    When Blair opens system information in Carla's session
    Then Blair can use system information in Carla's session
    And for 5 seconds Carla is asked nothing

  Scenario: Who has no account has the policy of those who have none
    Given Carla is in session with Alex
    And Alex invites Vera, who has no account, to Carla's session
    When Vera joins with the invitation on the desktop console
    Then Vera has Carla's session open
    And Vera is offered no more than to see Carla's screen
    And Vera is not offered file transfer in Carla's session
    When Vera opens screen sharing in Carla's session
    Then Vera can use screen sharing, view only, in Carla's session
    And for 5 seconds Carla is asked nothing
